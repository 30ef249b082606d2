//! Where the service's events go. A real service would publish to its broker here.

use account_connections::event::Event;
use tokio::sync::broadcast::{self, Receiver, Sender};

/// Hands each event to all listeners, in the order of the commits.
///
/// An event is delivered at least once: the same one may come again if the service ended in between.
#[derive(Clone, Debug)]
pub struct Bus(Sender<Event>);

/// How many events a slow listener may be behind before it loses the oldest.
const BEHIND: usize = 1024;

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::channel(BEHIND).0)
    }
}

impl Bus {
    /// All events from now on.
    #[must_use]
    pub fn listen(&self) -> Receiver<Event> {
        self.0.subscribe()
    }

    /// Hands over an event. A broker that may fail would say so here, and the event would stay in the outbox.
    pub fn publish(&self, event: Event) {
        // It is not a failure if nobody listens.
        let _ = self.0.send(event);
    }
}
