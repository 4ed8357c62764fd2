//! Comments that silence warnings, each with a reason: `# nines: allow N0402, N0405: reason`.
//!
//! Whatever the dialect, this works on the lines of a file alone ([`super::comments`] tells which of them a comment speaks
//! of); the reader of the file only says which bytes are texts.

use super::comments::{Comment, Quoted, comments};
use super::{Code, Diagnostic, Diagnostics, FileId, Files, Label, Severity, Silenced, quote};
use crate::base::{Span, nearest};

/// How a comment begins that speaks to this program.
const CALL: &str = "nines:";
/// The one thing that it can ask for.
const ALLOW: &str = "allow";
const FORM: &str = "write `# nines: allow N0211: why it is right here`";
/// More of them in one file than this are not read.
const MOST: usize = 1000;

/// A comment that silences warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Silence {
    file: FileId,
    comment: Comment,
    codes: Vec<Allowed>,
    reason: String,
}

/// A code that a comment names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    code: Code,
    span: Span,
    used: bool,
}

impl Diagnostics {
    /// Reads the comments of a file that silence warnings, and says what is wrong with them. `quoted` is in the order of
    /// the file.
    pub fn read_silences(&mut self, files: &Files, file: FileId, quoted: &[Quoted]) {
        let text = files.text(file);
        // Most files have none, and then nothing need be known of their lines.
        if !text.contains(CALL) {
            return;
        }
        let found = comments(text, quoted, MOST + 1, |comment| asked(comment).is_some());
        for comment in found.iter().take(MOST) {
            self.read_silence(file, *comment, &text[comment.span.range()]);
        }
        if let Some(comment) = found.get(MOST) {
            let message = format!("more than {MOST} comments of this file silence warnings");
            let fault = Diagnostic::new(Code::Limit, file, comment.span, message);
            self.push(fault.help("mend what they are about, or split the file"));
        }
    }

    fn read_silence(&mut self, file: FileId, comment: Comment, text: &str) {
        let Some(asked) = asked(text) else { return };
        let start = comment.span.end - asked.len();
        let word = asked.split([' ', '\t', ':']).next().unwrap_or_default();
        if word != ALLOW {
            let span = if word.is_empty() { comment.span } else { Span::new(start, start + word.len()) };
            let message = format!("{} is nothing that a comment can ask for", quote(word));
            return self.push(Diagnostic::new(Code::Silence, file, span, message).help(FORM));
        }
        let (codes, reason) = asked[word.len()..].split_once(':').unwrap_or((&asked[word.len()..], ""));
        let (mut at, mut allowed) = (start + word.len(), Vec::new());
        for part in codes.split(',') {
            let id = part.trim();
            let span = Span::new(0, id.len()).shifted(at + part.len() - part.trim_start().len());
            at += part.len() + 1;
            match silenceable(id) {
                Ok(code) => allowed.push(Allowed { code, span, used: false }),
                // Said below where there is none at all.
                Err(_) if id.is_empty() => {}
                Err((message, help)) => {
                    self.push(Diagnostic::new(Code::NotSilenceable, file, span, message).help(help));
                }
            }
        }
        let reason = reason.trim().to_owned();
        let missing = match (codes.trim().is_empty(), reason.is_empty()) {
            (true, _) => "the comment names no code",
            (_, true) => "the comment gives no reason",
            _ => return self.silences.push(Silence { file, comment, codes: allowed, reason }),
        };
        self.push(Diagnostic::new(Code::Silence, file, comment.span, missing).help(FORM));
    }

    /// Silences the warnings that comments allow, and says which comments allow nothing. Can be repeated when more
    /// warnings were found.
    pub fn silence(&mut self) {
        if self.silences.is_empty() {
            return;
        }
        for fault in self.kept.iter_mut().filter(|fault| fault.severity() == Severity::Warning) {
            // Of several that allow it the last stands nearest.
            for silence in self.silences.iter_mut().rev().filter(|silence| silence.speaks_of(&fault.primary))
            {
                for allowed in silence.codes.iter_mut().filter(|allowed| allowed.code == fault.code) {
                    allowed.used = true;
                    let by = Label { file: silence.file, span: silence.comment.span, text: None };
                    fault.silenced.get_or_insert(Silenced { reason: silence.reason.clone(), by });
                }
            }
        }
        for unused in self.unused() {
            self.push(unused);
        }
    }

    /// What to say of codes that were allowed in vain. Of a file with errors nothing is known, since not all of it was
    /// understood; nor where faults were dropped.
    fn unused(&self) -> Vec<Diagnostic> {
        let unknown = |file| {
            let is_error =
                |fault: &Diagnostic| fault.severity() == Severity::Error && fault.primary.file == file;
            self.dropped() > 0 || self.kept.iter().any(is_error)
        };
        let mut faults = Vec::new();
        for silence in self.silences.iter().filter(|silence| !unknown(silence.file)) {
            for allowed in silence.codes.iter().filter(|allowed| !allowed.used && allowed.code.is_of_text()) {
                let message =
                    format!("{} is not raised where this comment allows it", quote(allowed.code.id()));
                let fault = Diagnostic::new(Code::UnusedSilence, silence.file, allowed.span, message);
                faults.push(fault.help(
                    "remove it, or move the comment to the end of the line of the warning or directly above that line",
                ));
            }
        }
        faults
    }
}

impl Silence {
    fn speaks_of(&self, place: &Label) -> bool {
        let covers = |covers: Span| (covers.start..=covers.end).contains(&place.span.start);
        self.file == place.file && self.comment.covers.is_some_and(covers)
    }
}

/// What a comment asks of this program.
fn asked(comment: &str) -> Option<&str> {
    Some(comment.strip_prefix('#')?.trim_start().strip_prefix(CALL)?.trim_start())
}

/// The code of a number, where it can be silenced; else what is wrong and what to do.
fn silenceable(id: &str) -> Result<Code, (String, String)> {
    let Some(code) = Code::ALL.iter().copied().find(|code| code.id() == id) else {
        let silenceable = Code::ALL.iter().map(|code| code.id()).filter(|id| silenceable(id).is_ok());
        let help = match nearest(id, silenceable) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take the number from the warning that is meant: `warning[N…]`".to_owned(),
        };
        return Err((format!("there is no code {}", quote(id)), help));
    };
    match code.severity() {
        Severity::Error => {
            let help = "mend what the error says, and remove its code here";
            Err((format!("{} is an error, and only warnings can be silenced", quote(id)), help.to_owned()))
        }
        Severity::Warning if code == Code::UnusedSilence => {
            let help = "remove the comment that allows nothing, and this code";
            Err((format!("{} cannot be silenced", quote(id)), help.to_owned()))
        }
        Severity::Warning => Ok(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Style;

    /// What is told of a file in which the code N0211 is raised at each `!`.
    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let mut files = Files::new();
        let file = files.add("a.yaml", text);
        let mut faults = Diagnostics::new();
        for (at, _) in text.match_indices('!') {
            faults.push(Diagnostic::new(Code::UnusedVariable, file, Span::new(at, at + 1), "unused"));
        }
        faults.read_silences(&files, file, &[]);
        faults.silence();
        faults.silence();
        let line = |fault: &Diagnostic| files.position(file, fault.primary.span.start).line;
        let said = |fault: &&Diagnostic| format!("{} {}: {}", line(fault), fault.code.id(), fault.message);
        let silenced =
            |fault: &&Diagnostic| Some(format!("{} {}", line(fault), fault.silenced.as_ref()?.reason));
        let _ = faults.to_text(&files, Style::default());
        (
            faults.sorted().iter().map(said).collect(),
            faults.with_silenced().iter().filter_map(silenced).collect(),
        )
    }

    const NOTHING: [String; 0] = [];

    #[test]
    fn a_warning_is_silenced_with_its_reason() {
        let (said, silenced) =
            told("a: ! # nines: allow N0211: because: it is\n#nines:allow N0211 : so\nb:\n  c: !\n");
        assert_eq!(
            (said, silenced),
            (NOTHING.to_vec(), vec!["1 because: it is".to_owned(), "4 so".to_owned()])
        );
        let (said, silenced) =
            told("# nines: allow N0211: outer\na:\n  b: ! # nines: allow N0211: inner\n  c: !\n");
        assert_eq!((said, silenced), (NOTHING.to_vec(), vec!["3 inner".to_owned(), "4 outer".to_owned()]));
    }

    #[test]
    fn what_cannot_be_done_is_said_and_silences_nothing() {
        for (comment, message) in [
            ("# nines: alow N0211: x", "N0112: `alow` is nothing that a comment can ask for"),
            ("# nines:", "N0112: `` is nothing that a comment can ask for"),
            ("# nines: allow N0211", "N0112: the comment gives no reason"),
            ("# nines: allow N0211:", "N0112: the comment gives no reason"),
            ("# nines: allow: x", "N0112: the comment names no code"),
            ("# nines: allow N0299: x", "N0113: there is no code `N0299`"),
            ("# nines: allow N0201: x", "N0113: `N0201` is an error, and only warnings can be silenced"),
            ("# nines: allow N0114: x", "N0113: `N0114` cannot be silenced"),
        ] {
            let (said, silenced) = told(&format!("a: ! {comment}\n"));
            assert_eq!(silenced, NOTHING, "{comment}");
            assert_eq!(said, ["1 N0211: unused".to_owned(), format!("1 {message}")], "{comment}");
        }
    }

    #[test]
    fn what_is_allowed_in_vain_is_said_unless_not_all_is_known() {
        let vain = "N0114: `N0211` is not raised where this comment allows it";
        assert_eq!(told("a: 1 # nines: allow N0211: x\n").0, [format!("1 {vain}")]);
        assert_eq!(
            told("# nines: allow N0211: x\n\na: !\n").0,
            [format!("1 {vain}"), "3 N0211: unused".to_owned()]
        );
        assert_eq!(told("a: 1 # nines: allow N0211, N0201: x\n").0.len(), 1);
        assert_eq!(told("a: 1 # a word about nines: allow N0211: x\n").0, NOTHING);
    }

    #[test]
    fn too_many_are_refused() {
        let (said, silenced) = told(&"# nines: allow N0211: x\n".repeat(MOST + 1));
        assert_eq!((said.len(), silenced.len()), (1, 0));
        assert!(said[0].contains("N0102: more than 1000 comments"), "{said:?}");
    }
}
