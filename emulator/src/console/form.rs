//! Forms: their fields, what was given, and what is wrong with it.

use account_connections::{
    ErrorKind,
    clock::{Ids as _, RandomIds},
};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::{
    parts::{self, Tone},
    refused::Refused,
    values::Values,
};

/// A field: one member of a call's input.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// As the API names it; with a dot for a member of a member.
    pub(super) member: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) kind: Kind,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A line of text.
    Line,
    /// The same, with suggestions: a value, and what to say about it.
    Offered(Vec<(String, String)>),
    /// Lines of text.
    Text,
    /// Lines of text, each one a tag: `key=value`.
    Tags,
    /// Lines of text, each one a resource's identifier.
    Resources,
    /// One of these; the first one if nothing was given.
    Choice(Vec<&'static str>),
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: Vec<Field>,
}

/// A form as it is shown.
pub(super) struct Form<'f> {
    pub(super) action: String,
    pub(super) groups: &'f [Group],
    pub(super) given: &'f Values,
    pub(super) refused: Option<&'f Refused>,
    pub(super) submit: &'f str,
    pub(super) cancel: String,
}

impl Field {
    pub(super) const fn line(member: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self { member, label, hint, kind: Kind::Line }
    }

    pub(super) fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Whether a refusal names the member: at the beginning of a path, or by itself.
    fn is_named_in(&self, message: &str) -> bool {
        message.contains(&format!("`{}`", self.member)) || message.contains(&format!("`{}.", self.member))
    }
}

/// The input of the call that these fields were filled in for: anything empty is absent.
pub(super) fn input(groups: &[Group], given: &Values) -> Map<String, Value> {
    let mut input = Map::new();
    for field in groups.iter().flat_map(|group| &group.fields) {
        let Some(value) = given.get(field.member) else { continue };
        let value = match field.kind {
            Kind::Text => value.into(),
            Kind::Line | Kind::Offered(_) | Kind::Choice(_) => value.trim().into(),
            Kind::Tags => lines(value).map(tag).collect(),
            Kind::Resources => lines(value).map(|line| json!({ "identifier": line })).collect(),
        };
        match field.member.split_once('.') {
            None => _ = input.insert(field.member.into(), value),
            Some((whole, part)) => {
                let whole = input.entry(whole).or_insert_with(|| Value::Object(Map::new()));
                whole.as_object_mut().map(|whole| whole.insert(part.into(), value));
            }
        }
    }
    input
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn tag(line: &str) -> Value {
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    json!({ "key": key, "value": value })
}

/// The name of a form's token.
pub(super) const TOKEN: &str = "token";

/// The most characters of a token: as many as the API's own client tokens have.
pub(super) const LONGEST_TOKEN: usize = 64;

/// The refusal of a form that is not the console's.
pub(super) fn without_token() -> Refused {
    let kind = ErrorKind::Validation.name().into();
    let message =
        format!("`{TOKEN}` must be the one of the form, of 1 to {LONGEST_TOKEN} characters: open the form once more");
    Refused { kind, rule: None, message }
}

/// The token by which a form is carried out only once: a new one, or the one with which it was sent.
pub(super) fn token(given: &Values) -> String {
    given.get(TOKEN).map_or_else(|| RandomIds.fresh().to_string(), Into::into)
}

impl Form<'_> {
    pub(super) fn markup(&self) -> Markup {
        html! {
            form.fields method="post" action=(self.action) {
                input type="hidden" name=(TOKEN) value=(token(self.given));
                @if let Some(refused) = self.refused { (self.summary(refused)) }
                @for group in self.groups {
                    fieldset {
                        legend { (group.title) }
                        @if !group.about.is_empty() { p.note { (group.about) } }
                        @for field in &group.fields { (self.field(field)) }
                    }
                }
                p.actions {
                    a.button href=(self.cancel) { "Cancel" }
                    button.go { (self.submit) }
                }
            }
        }
    }

    /// What is wrong, with links to the fields that it is about.
    fn summary(&self, refused: &Refused) -> Markup {
        let fields = self.groups.iter().flat_map(|group| &group.fields);
        let named = fields.filter(|field| field.is_named_in(&refused.message)).collect::<Vec<_>>();
        html! {
            div #refusal role="alert" tabindex="-1" {
                (parts::refusal(refused))
                @if !named.is_empty() {
                    p { "See " @for field in named { a href={ "#" (id(field)) } { (field.label) } " " } }
                }
            }
        }
    }

    fn field(&self, field: &Field) -> Markup {
        let id = id(field);
        let wrong = self.refused.filter(|refused| field.is_named_in(&refused.message));
        let hint = (!field.hint.is_empty()).then(|| format!("{id}-hint"));
        let error = wrong.map(|_| format!("{id}-error"));
        let described = [hint.as_deref(), error.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let described = (!described.is_empty()).then_some(described);
        html! {
            div.field.wrong[wrong.is_some()] {
                label for=(id) { (field.label) " " code.member { (field.member) } }
                @if let Some(hint) = &hint { p.note id=(hint) { (parts::said(field.hint)) } }
                @if let (Some(refused), Some(error)) = (wrong, &error) {
                    p.error id=(error) { (parts::said(&refused.message)) }
                }
                (self.control(field, &id, described.as_deref(), wrong.is_some()))
            }
        }
    }

    fn control(&self, field: &Field, id: &str, described: Option<&str>, wrong: bool) -> Markup {
        let value = self.given.get(field.member).unwrap_or_default();
        let invalid = wrong.then_some("true");
        html! {
            @match &field.kind {
                Kind::Line => {
                    input id=(id) name=(field.member) value=(value) aria-describedby=[described] aria-invalid=[invalid]
                        autocomplete="off" spellcheck="false";
                }
                Kind::Offered(offers) => {
                    input id=(id) name=(field.member) value=(value) aria-describedby=[described] aria-invalid=[invalid]
                        list={ (id) "-offers" } autocomplete="off" spellcheck="false";
                    datalist id={ (id) "-offers" } {
                        @for (offer, about) in offers { option value=(offer) { (about) } }
                    }
                }
                Kind::Text | Kind::Tags | Kind::Resources => {
                    // A browser drops the first line end.
                    textarea id=(id) name=(field.member) rows="4" aria-describedby=[described] aria-invalid=[invalid]
                        spellcheck="false" { "\n" (value) }
                }
                Kind::Choice(choices) => {
                    select id=(id) name=(field.member) aria-describedby=[described] aria-invalid=[invalid] {
                        @for choice in choices {
                            option value=(choice) selected[*choice == value] {
                                @if choice.is_empty() { "—" } @else { (choice) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn id(field: &Field) -> String {
    field.member.replace('.', "-")
}

/// The question before something that cannot be undone is done, or its refusal.
pub(super) struct Confirmation<'f> {
    pub(super) question: String,
    pub(super) action: String,
    pub(super) given: &'f Values,
    /// What follows, or why it is refused.
    pub(super) follows: Result<Markup, Refused>,
    pub(super) submit: &'f str,
    pub(super) tone: Tone,
    pub(super) cancel: String,
}

impl Confirmation<'_> {
    pub(super) fn markup(&self) -> Markup {
        html! {
            form.confirm #confirm method="post" action=(self.action) {
                input type="hidden" name=(TOKEN) value=(token(self.given));
                h2 #question { (self.question) }
                @match &self.follows {
                    Ok(follows) => (follows),
                    Err(refused) => div role="alert" { (parts::refusal(refused)) },
                }
                p.actions {
                    a.button href=(self.cancel) data-close { "Cancel" }
                    @if self.follows.is_ok() {
                        button class=(self.tone.class()) { (self.submit) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_the_input_of_the_call() {
        let fields = vec![
            Field::line("name", "", ""),
            Field::line("description", "", ""),
            Field::line("spec", "", "").of(Kind::Text),
            Field::line("tags", "", "").of(Kind::Tags),
            Field::line("repository.name", "", ""),
            Field::line("repository.branch", "", ""),
        ];
        let sent =
            b"name=+prod+&description=&spec=a:+1%0D%0A++b&tags=team%3Dred%3Dblue%0D%0A%0D%0Aempty&repository.name=o/r\
            &repository.branch=main&other=1";
        let input = input(&[Group { title: "", about: "", fields }], &Values::read(sent));
        let expected = json!({
            "name": "prod",
            "spec": "a: 1\n  b",
            "tags": [{"key": "team", "value": "red=blue"}, {"key": "empty", "value": ""}],
            "repository": {"name": "o/r", "branch": "main"},
        });
        assert_eq!(Value::Object(input), expected);
    }
}
