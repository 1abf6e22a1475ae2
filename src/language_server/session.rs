//! The session: one editor, its open texts, its questions.

use std::collections::BTreeMap;

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{Completion, GotoDefinition, HoverRequest, Request as _};
use lsp_types::{
    CompletionOptions, CompletionParams, DiagnosticRelatedInformation, DiagnosticSeverity,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    GotoDefinitionParams, GotoDefinitionResponse, HoverParams, HoverProviderCapability, Location,
    NumberOrString, OneOf, PublishDiagnosticsParams, ServerCapabilities,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use etalon_uncertainty::diagnostic::{Diagnostic, Severity};

use super::{completion, hover, position};
use crate::kind;

/// Why a session ended otherwise than by the editor's wish.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The editor broke the protocol.
    #[error("the editor broke the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// The editor went away.
    #[error("the editor went away")]
    Gone,
    /// A message that cannot be written as JSON.
    #[error("a message cannot be written: {0}")]
    Message(#[from] serde_json::Error),
}

/// What this server can do, as it tells the editor.
#[must_use]
pub fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec!["\"".to_owned(), ".".to_owned()]),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// Serves an editor until it says goodbye.
///
/// # Errors
/// [`SessionError`].
pub fn serve(connection: &Connection) -> Result<(), SessionError> {
    connection.initialize(serde_json::to_value(capabilities())?)?;
    let mut desk = Desk { connection, texts: BTreeMap::new() };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request)? {
                    return Ok(());
                }
                desk.answer(request)?;
            }
            Message::Notification(notification) => desk.hear(notification)?,
            Message::Response(_) => {}
        }
    }
    Err(SessionError::Gone)
}

/// The open texts.
struct Desk<'a> {
    connection: &'a Connection,
    texts: BTreeMap<String, String>,
}

impl Desk<'_> {
    fn send(&self, message: Message) -> Result<(), SessionError> {
        self.connection.sender.send(message).map_err(|_| SessionError::Gone)
    }

    fn hear(&mut self, notification: Notification) -> Result<(), SessionError> {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = read::<DidOpenTextDocumentParams>(notification.params) else {
                    return Ok(());
                };
                self.check(params.text_document.uri, params.text_document.text)
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = read::<DidChangeTextDocumentParams>(notification.params) else {
                    return Ok(());
                };
                match params.content_changes.into_iter().next_back() {
                    Some(change) => self.check(params.text_document.uri, change.text),
                    None => Ok(()),
                }
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = read::<DidCloseTextDocumentParams>(notification.params) else {
                    return Ok(());
                };
                self.texts.remove(params.text_document.uri.as_str());
                self.publish(params.text_document.uri, Vec::new())
            }
            _ => Ok(()),
        }
    }

    /// Keeps a text and tells what is wrong with it.
    fn check(&mut self, uri: Uri, text: String) -> Result<(), SessionError> {
        let found = match file(&uri) {
            Some(file) => kind::findings_at(&text, &file),
            None => kind::findings(&text),
        };
        let told = found.iter().map(|finding| told(&uri, &text, finding)).collect();
        self.texts.insert(uri.as_str().to_owned(), text);
        self.publish(uri, told)
    }

    fn publish(
        &self,
        uri: Uri,
        diagnostics: Vec<lsp_types::Diagnostic>,
    ) -> Result<(), SessionError> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
        let method = PublishDiagnostics::METHOD.to_owned();
        self.send(Message::Notification(Notification::new(method, params)))
    }

    fn answer(&self, request: Request) -> Result<(), SessionError> {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            Completion::METHOD => read::<CompletionParams>(params).map(|params| {
                let at = params.text_document_position;
                written(self.at(&at, completion::completion))
            }),
            HoverRequest::METHOD => read::<HoverParams>(params).map(|params| {
                let at = params.text_document_position_params;
                written(self.at(&at, hover::hover).flatten())
            }),
            GotoDefinition::METHOD => read::<GotoDefinitionParams>(params).map(|params| {
                let at = params.text_document_position_params;
                written(self.at(&at, hover::symbol).flatten().and_then(|symbol| {
                    let text = self.texts.get(at.text_document.uri.as_str())?;
                    let range = position::range(text, &symbol.place);
                    let uri = at.text_document.uri.clone();
                    Some(GotoDefinitionResponse::Scalar(Location { uri, range }))
                }))
            }),
            _ => {
                let code = ErrorCode::MethodNotFound as i32;
                return self.send(Message::Response(Response::new_err(id, code, method)));
            }
        };
        let response = match answer.transpose()? {
            Some(value) => Response::new_ok(id, value),
            None => {
                let code = ErrorCode::InvalidParams as i32;
                Response::new_err(id, code, format!("{method} has other parameters"))
            }
        };
        self.send(Message::Response(response))
    }

    fn at<T>(
        &self,
        at: &TextDocumentPositionParams,
        answer: impl FnOnce(&str, usize) -> T,
    ) -> Option<T> {
        let text = self.texts.get(at.text_document.uri.as_str())?;
        Some(answer(text, position::byte(text, at.position)))
    }
}

fn read<T: DeserializeOwned>(params: serde_json::Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

fn written(answer: impl Serialize) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(answer)
}

/// A finding as the editor shows it; its hint follows the message.
fn told(uri: &Uri, text: &str, finding: &Diagnostic) -> lsp_types::Diagnostic {
    let place = finding.span.clone().unwrap_or(0..0);
    let message = match &finding.hint {
        Some(hint) => format!("{}\n{hint}", finding.message),
        None => finding.message.clone(),
    };
    let related = finding.other.as_deref().map(|(place, label)| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: position::range(text, place) },
        message: label.clone(),
    });
    lsp_types::Diagnostic {
        range: position::range(text, &place),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.clone())),
        source: Some("etalon".to_owned()),
        message,
        related_information: related.map(|one| vec![one]),
        ..lsp_types::Diagnostic::default()
    }
}

/// The path of a file's address; its bytes may be written as `%` and two digits (RFC 3986, 2.1).
fn file(uri: &Uri) -> Option<std::path::PathBuf> {
    let written = uri.as_str().strip_prefix("file://")?.as_bytes();
    let mut path = Vec::with_capacity(written.len());
    let mut rest = written.iter();
    while let Some(byte) = rest.next() {
        let byte = if *byte == b'%' {
            let mut digit = || char::from(*rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            u8::try_from(high * 16 + low).ok()?
        } else {
            *byte
        };
        path.push(byte);
    }
    String::from_utf8(path).ok().map(std::path::PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3986_2_1_address_with_encoded_bytes_is_the_file_that_it_names() {
        for (address, path) in [
            ("file:///a/b.toml", Some("/a/b.toml")),
            ("file:///my%20lab/%E6%B3%95.toml", Some("/my lab/法.toml")),
            ("file:///a%2", None),
            ("file:///a%zz", None),
            ("file:///%ff", None),
            ("untitled:1", None),
        ] {
            let found = address.parse::<Uri>().ok().and_then(|uri| file(&uri));
            assert_eq!(found, path.map(std::path::PathBuf::from), "{address}");
        }
    }
}
