//! Carries out a form only once, however often it is sent: by a reload, a second click or the back button.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// The forms that were carried out lately, each with where it led.
#[derive(Debug, Default)]
pub(super) struct Once(Mutex<VecDeque<Carried>>);

#[derive(Debug)]
struct Carried {
    form: String,
    led_to: String,
}

/// How many are remembered. The API's own token protects a request to connect for longer.
const REMEMBERED: usize = 1_024;

impl Once {
    /// Carries out a form, or, if it has already been carried out, says where it led. A refused form has changed
    /// nothing, and may be sent again.
    ///
    /// One at a time: of two simultaneous clicks, the second waits for the first.
    pub(super) fn carry_out<E>(&self, form: &str, carry_out: impl FnOnce() -> Result<String, E>) -> Result<String, E> {
        let mut carried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = carried.iter().find(|known| known.form == form) {
            return Ok(known.led_to.clone());
        }
        let led_to = carry_out()?;
        if carried.len() == REMEMBERED {
            carried.pop_front();
        }
        carried.push_back(Carried { form: form.into(), led_to: led_to.clone() });
        Ok(led_to)
    }
}
