//! The ids that attachments have taken for deliveries that they have not handed over yet.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use foldhash::HashMap;

use super::windows::Claim;

/// By endpoint, each to be tied to the next delivery for it; the oldest first, and no endpoint has an empty list.
type Claims = HashMap<u32, VecDeque<Claim>>;

/// The ids, by attachment.
#[derive(Debug, Default)]
pub(super) struct Untied {
    attachments: HashMap<u32, Claims>,
}

impl Untied {
    pub(super) fn add(&mut self, attachment: u32, endpoint: u32, claim: Claim) {
        let claims = self.attachments.entry(attachment).or_default();
        claims.entry(endpoint).or_default().push_back(claim);
    }

    /// The id that belongs to an attachment's next delivery for an endpoint; it is no longer here then.
    pub(super) fn next(&mut self, attachment: u32, endpoint: u32) -> Option<Claim> {
        self.take(attachment, endpoint, VecDeque::pop_front)
    }

    /// Takes out the claim of `id` that was made last, if there is one.
    pub(super) fn take_back(&mut self, attachment: u32, endpoint: u32, id: &str) -> Option<Claim> {
        self.take(attachment, endpoint, |claims| {
            let place = claims.iter().rposition(|claim| *claim.id == *id)?;
            claims.remove(place)
        })
    }

    /// Takes out all of an attachment.
    pub(super) fn take_all(&mut self, attachment: u32) -> Vec<Claim> {
        let claims = self.attachments.remove(&attachment).unwrap_or_default();
        claims.into_values().flatten().collect()
    }

    fn take(
        &mut self,
        attachment: u32,
        endpoint: u32,
        from: impl FnOnce(&mut VecDeque<Claim>) -> Option<Claim>,
    ) -> Option<Claim> {
        let Entry::Occupied(mut endpoints) = self.attachments.entry(attachment) else { return None };
        let Entry::Occupied(mut claims) = endpoints.get_mut().entry(endpoint) else { return None };
        let claim = from(claims.get_mut());
        if claims.get().is_empty() {
            claims.remove();
            if endpoints.get().is_empty() {
                endpoints.remove();
            }
        }
        claim
    }
}
