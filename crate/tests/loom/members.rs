//! The attachments of a bus: who joins and who is told.

use std::sync::Arc;

use busbar::hop::{Inbox, Lane};
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::explore;
use super::inboxes::{bell_and_inbox, drained, push};

/// `bus::members`: joining and broadcasts take turns, and the table changes before the broadcast begins. A number
/// stands in the place of the table, a list in that of the map of inboxes.
#[test]
fn an_attachment_that_joins_gets_the_broadcast_or_sees_the_new_table() {
    explore(|| {
        let table = Arc::new(AtomicUsize::new(0));
        let members: Arc<Mutex<Vec<Arc<Inbox>>>> = Arc::default();
        let registers = {
            let (table, members) = (Arc::clone(&table), Arc::clone(&members));
            thread::spawn(move || {
                table.store(1, Ordering::Relaxed);
                for inbox in &*members.lock().unwrap() {
                    push(inbox, Lane::Control, 1);
                }
            })
        };
        let joins = thread::spawn(move || {
            let (_bell, inbox, mut drain) = bell_and_inbox();
            members.lock().unwrap().push(inbox);
            let plan = table.load(Ordering::Relaxed);
            // What it knows so far it keeps until it is told; here it looks once all is over.
            move || plan == 1 || drained(&mut drain, &mut [0; 512]) == Some(vec![1])
        });
        registers.join().unwrap();
        let mut knows = joins.join().unwrap();
        assert!(knows(), "it keeps an old plan, and nobody will tell");
    });
}
