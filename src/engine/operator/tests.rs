//! Questions put to a person who answers in writing.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::*;

/// A person at a keyboard: what is typed, in order, and which remarks were shown.
struct Typist {
    words: Mutex<VecDeque<&'static str>>,
    remarks: Mutex<Vec<Option<String>>>,
}

impl Typist {
    fn typing(words: &[&'static str]) -> Self {
        Self { words: Mutex::new(words.iter().copied().collect()), remarks: Mutex::default() }
    }

    fn remarks(&self) -> Vec<Option<String>> {
        self.remarks.lock().unwrap().clone()
    }
}

impl Operator for Typist {
    fn words<'a>(&'a self, prompt: &'a Prompt, remark: Option<&'a str>) -> Words<'a> {
        self.remarks.lock().unwrap().push(remark.map(str::to_owned));
        let next = self.words.lock().unwrap().pop_front();
        let gone = || OperatorError::Unanswered { key: prompt.key(), text: prompt.en.clone() };
        Box::pin(std::future::ready(next.map(str::to_owned).ok_or_else(gone)))
    }

    fn source(&self) -> &'static str {
        "typed"
    }

    fn can_be_asked_again(&self) -> bool {
        true
    }
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

/// A pressure read off a dial: 0 to 1.6 MPa accepted, 0.39 to 0.41 MPa plausible.
fn reading(twice: bool) -> Prompt {
    reading_to(None, twice)
}

fn reading_to(step: Option<&str>, twice: bool) -> Prompt {
    Prompt {
        stage: "basic_error".into(),
        action: 3,
        field: "p_ind".into(),
        point: Some("up-04".into()),
        repeat: 1,
        position: Some(1),
        en: "read the dial".into(),
        zh: "读取示值".into(),
        wanted: AnswerKind::Number {
            unit: "MPa".into(),
            range: Some((decimal("0"), decimal("1.6"))),
            step: step.map(decimal),
            twice,
            expect: Some(Box::new((decimal("0.39"), decimal("0.41")))),
        },
    }
}

async fn asked(words: &[&'static str], twice: bool) -> (Result<Answer, OperatorError>, Typist) {
    let typist = Typist::typing(words);
    let answer = put(&typist, &reading(twice)).await;
    (answer, typist)
}

#[tokio::test]
async fn plausible_entry_is_taken_at_once_and_an_outlier_is_entered_once_more() {
    let (answer, typist) = asked(&["0.402"], false).await;
    assert_eq!((answer.unwrap().text(), typist.remarks().len()), ("0.402".to_owned(), 1));

    let (answer, typist) = asked(&["0.502", "0.502"], false).await;
    assert_eq!(answer.unwrap().text(), "0.502", "what was read twice is what is there");
    let remark = typist.remarks()[1].clone().unwrap();
    assert!(remark.contains("far from what such an item shows"), "{remark}");
}

/// What is expected is never told: who knows what is expected reads what is expected.
#[tokio::test]
async fn entry_is_blind_whatever_is_remarked() {
    let (_, typist) = asked(&["9", "0.502", "0.402", "0.402"], false).await;
    for remark in typist.remarks().into_iter().flatten() {
        assert!(!remark.contains("0.39") && !remark.contains("0.41"), "{remark}");
    }
}

#[tokio::test]
async fn two_entries_that_differ_are_no_answer_and_both_are_asked_for_again() {
    let (answer, typist) = asked(&["0.402", "0.420", "0.402", "0.402"], true).await;
    assert_eq!(answer.unwrap().text(), "0.402");
    let remarks = typist.remarks();
    assert_eq!(remarks.len(), 4);
    assert!(remarks[2].as_ref().unwrap().contains("0.420"), "{remarks:?}");
}

/// Seeds 186 and more of the coverage campaign of the dead-weight tester: a pointer read as 2.270 and, when
/// asked once more, as 2.271 ended the run and lost its readings.
#[tokio::test]
async fn unusual_reading_is_borne_out_by_a_second_one_a_step_away_and_not_by_one_farther_off() {
    let step = Some("0.001");
    let put_to = async |words: &[&'static str], twice| {
        let typist = Typist::typing(words);
        (put(&typist, &reading_to(step, twice)).await, typist.remarks().len())
    };
    let (answer, asked) = put_to(&["0.502", "0.503"], false).await;
    assert_eq!((answer.unwrap().text(), asked), ("0.502".to_owned(), 2), "the first is kept");

    let (answer, asked) = put_to(&["0.502", "0.504", "0.503", "0.502"], false).await;
    assert_eq!(
        (answer.unwrap().text(), asked),
        ("0.503".to_owned(), 4),
        "both are asked for again"
    );

    let (answer, asked) = put_to(&["0.502", "0.503", "0.502", "0.502"], true).await;
    assert_eq!((answer.unwrap().text(), asked), ("0.502".to_owned(), 4), "typed twice is the same");
}

#[tokio::test]
async fn entry_outside_the_range_is_asked_for_again_and_given_up_after_five_attempts() {
    let (answer, typist) = asked(&["1.7", "0.402"], false).await;
    assert_eq!(answer.unwrap().text(), "0.402");
    assert!(typist.remarks()[1].as_ref().unwrap().contains("outside 0 MPa to 1.6 MPa"));

    let (answer, typist) = asked(&["1.7", "1.7", "1.7", "1.7", "1.7", "0.402"], false).await;
    assert!(matches!(answer, Err(OperatorError::Refused { .. })));
    assert_eq!(typist.remarks().len(), 5);
}
