//! Other people's programs judge what Etalon made.
//!
//! Everything runs on the output of one real `etalon demo`, and every judge is
//! also shown something that it must refuse: a judge that never says no proves
//! nothing. The judges are installed by `./test`; one that is missing is a
//! failure here, never a skipped test. Those of instruments stand in `README.md` with version and
//! test, and [`table`] holds that page.
//!
//! | room | judges |
//! |---|---|
//! | [`page`] | pdfsig, pyhanko, qpdf, pdfdetach, pdftotext, pdftoppm |
//! | [`document`] | xmlsec1, xmllint, dcclib (Schematron, XML signature) |
//! | [`uncertainty`] | GTC, uncertainties, MetroloPy |
//! | [`client`] | pyvisa with pyvisa-py, over TCP and over a pseudo-terminal |
//! | [`instruments`] | pyvisa, python-vxi11 and lxi-tools over HiSLIP and VXI-11; dlt645, gurux-dlms and dlms-cosem at the meters of a bench; sigrok and PyMeasure at a multimeter; pymodbus at a controller; rsvisa-ivi as VISA library of ours; zeroconf as announcer; servers of pymodbus, lewis, dlt645 and gurux for our client |

mod client;
mod demonstration;
mod document;
mod instruments;
mod judge;
mod language_server;
mod page;
mod schema;
mod table;
mod uncertainty;
