//! Scenes of the benches beyond the demonstration.

use super::Scene;

/// A transmitter up and down, its current read by a multimeter in the loop.
pub(crate) const TRANSMITTER: Scene = Scene {
    bench: "transmitter-1",
    procedure: "cn.jjg882.transmitter.current",
    items: &["PT26000001"],
    haste: "150",
    file: "jjg882-transmitter.toml",
    points: &[],
    otherwise: &[("at_most = \"60 s\"", "at_most = \"900 s\"")],
    watchdog_s: "",
    is_each_position_asked: false,
    is_technician_asked: false,
    typed: &[("dh", None, "0.10")],
};

/// A gas meter on nozzles, three gates at each of three flows.
pub(crate) const NOZZLE: Scene = Scene {
    bench: "nozzle-1",
    procedure: "cn.jjg577.gas-meter.nozzle",
    items: &["GM26000001"],
    haste: "300",
    file: "jjg577-gas-meter-nozzle.toml",
    points: &[],
    otherwise: &[
        ("at_most = \"120 s\"", "at_most = \"3000 s\""),
        ("timeout = \"600 s\"", "timeout = \"3000 s\""),
    ],
    watchdog_s: "30",
    is_each_position_asked: false,
    is_technician_asked: false,
    typed: &[],
};

/// A turbine meter against the master, three gates at each of five flows, after a short equalisation.
pub(crate) const MASTER: Scene = Scene {
    bench: "master-1",
    procedure: "cn.jjg643.liquid-meter.master",
    items: &["TM26000002"],
    haste: "300",
    file: "jjg643-liquid-meter-master.toml",
    points: &[],
    otherwise: &[
        ("\"10 min\"", "\"60 s\""),
        ("at_most = \"300 s\"", "at_most = \"3000 s\""),
        ("+ 10 s\"", "+ 3000 s\""),
    ],
    watchdog_s: "30",
    is_each_position_asked: false,
    is_technician_asked: false,
    typed: &[("instrument.master", None, "MM250001")],
};

/// A gas meter on the bell, one stroke at each of three flows, its dial read by the technician of the
/// bench.
pub(crate) const BELL: Scene = Scene {
    bench: "bell-1",
    procedure: "cn.jjg577.gas-meter.bell",
    items: &["GM26000002"],
    haste: "300",
    file: "jjg577-gas-meter-bell.toml",
    points: &[],
    otherwise: &[],
    watchdog_s: "30",
    is_each_position_asked: false,
    is_technician_asked: true,
    typed: &[],
};

/// A precision gauge on the dead-weight tester, up and down: the technician of the bench puts the masses
/// on and reads the dial. A piston sinks onto its stop in some minutes: on a busy machine at a greater haste
/// nobody would come to read in time.
pub(crate) const DEAD_WEIGHT: Scene = Scene {
    bench: "dead-weight-1",
    procedure: "cn.jjg49.precision.dead-weight",
    items: &["PG26000001"],
    haste: "60",
    file: "jjg49-dead-weight.toml",
    points: &[],
    otherwise: &[("at_most = \"120 s\"", "at_most = \"900 s\"")],
    watchdog_s: "",
    is_each_position_asked: false,
    is_technician_asked: true,
    typed: &[],
};

/// Three three-phase meters at four points, after a short warm-up.
pub(crate) const METERS_3P: Scene = Scene {
    bench: "meters-3p",
    procedure: "cn.jjg596.three-phase.basic-error",
    items: &["DT26000001", "DT26000002", "DT26000003"],
    haste: "150",
    file: "jjg596-three-phase-basic-error.toml",
    points: &["imax-1", "ib-1", "l1-imax-1", "l2-ib-1"],
    otherwise: &[
        ("\"30 min\"", "\"30 s\""),
        ("at_most = \"60 s\"", "at_most = \"900 s\""),
        ("+ 10 s\"", "+ 600 s\""),
    ],
    watchdog_s: "10",
    is_each_position_asked: true,
    is_technician_asked: false,
    typed: &[],
};

/// Three three-wire meters at four points, after a short warm-up.
pub(crate) const METERS_3W: Scene = Scene {
    bench: "meters-3w",
    procedure: "cn.jjg596.three-wire.basic-error",
    items: &["DS26000001", "DS26000002", "DS26000003"],
    file: "jjg596-three-wire-basic-error.toml",
    // Half as fast as four wires: six times as many pulses of the meters.
    haste: "60",
    points: &["imax-1", "in-05L", "l1-imax-1", "l3-in-1"],
    ..METERS_3P
};

/// The registers of the four-wire meters, each read over a line of its own.
pub(crate) const REGISTERS: Scene = Scene {
    procedure: "cn.jjg596.three-phase.register",
    file: "jjg596-three-phase-register.toml",
    points: &[],
    otherwise: &[],
    ..METERS_3P
};
