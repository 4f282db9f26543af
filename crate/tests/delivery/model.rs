//! Whatever is done to deliveries, each is where the plainest model of them says that it may be.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use busbar::delivery::{Attempt, Circumstances, Deliveries, Key, Moment, PATIENCE_MS, Peer, Scope};
use busbar::hop::frame::{FLAG_THREAD_ONLY, MOST_ATTEMPTS};
use busbar::hop::{Forward, Frame, Kind};
use busbar::router::{Entry, Plan, Role, Table};
use busbar::topic::Pattern;
use proptest::prelude::*;
use proptest::sample::Index;

use super::draft::Draft;
use super::read;

/// Patterns, who registers them, and a topic that a message for such an endpoint has.
const KINDS: [(&str, Role, &str); 5] = [
    ("e.a", Role::Subscription, "e.a"),
    ("e.*", Role::Subscription, "e.a"),
    ("n.a", Role::Handler, "n.a"),
    ("n.*", Role::Handler, "n.a"),
    ("n.b", Role::Handler, "n.b"),
];

#[derive(Debug, Clone)]
enum Step {
    Join,
    Leave(Index),
    Register(Index, usize, i32, Scope),
    Withdraw(Index),
    Unregister(Index),
    Send { from: Index, to: Index, local: bool, attempt: u16 },
    Settle(Index),
    Release(Index, Vec<Index>),
    Attempt(Index, u32),
    Advance(f64),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    prop_oneof![
        2 => Just(Step::Join),
        2 => index().prop_map(Step::Leave),
        8 => (index(), 0..KINDS.len(), 0..2, scope())
            .prop_map(|(at, kind, priority, scope)| Step::Register(at, kind, priority, scope)),
        1 => index().prop_map(Step::Withdraw),
        4 => index().prop_map(Step::Unregister),
        16 => (index(), index(), any::<bool>(), 0..3_u16)
            .prop_map(|(from, to, local, attempt)| Step::Send { from, to, local, attempt }),
        6 => index().prop_map(Step::Settle),
        6 => (index(), prop::collection::vec(index(), 0..4)).prop_map(|(one, others)| Step::Release(one, others)),
        2 => (index(), prop::sample::select(vec![0, 3, 70_000])).prop_map(|(one, attempt)| Step::Attempt(one, attempt)),
        6 => prop::sample::select(vec![0.0, 1.0, 9_999.5, 20_000.0, PATIENCE_MS]).prop_map(Step::Advance),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![3 => Just(Scope::Process), 1 => Just(Scope::Thread)]
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Endpoint {
    id: u32,
    attachment: u32,
    kind: usize,
    priority: i32,
    scope: Scope,
    listed: bool,
}

#[derive(Debug, Clone)]
struct Sent {
    key: Key,
    /// That of the endpoint it was sent to.
    kind: usize,
    /// Who has it, or had it last; 0 where it lapsed.
    endpoint: u32,
    /// None while it waits.
    custodian: Option<u32>,
    since_ms: f64,
    attempt: u16,
}

/// The model, and what it is the model of.
#[derive(Default)]
struct Both {
    deliveries: Deliveries,
    table: Table,
    present: BTreeSet<u32>,
    endpoints: Vec<Endpoint>,
    /// In the order in which they were accepted.
    held: Vec<Sent>,
    numbers: HashMap<u32, u32>,
    last_id: u32,
    now_ms: f64,
    accepted: usize,
    settled: usize,
}

fn pattern(kind: usize) -> Pattern {
    Pattern::parse(KINDS[kind].0).unwrap()
}

fn pick<T: Copy>(from: &[T], index: Index) -> Option<T> {
    (!from.is_empty()).then(|| from[index.index(from.len())])
}

impl Both {
    fn act(&mut self, act: impl FnOnce(&mut Deliveries, Circumstances<'_>) -> Vec<Forward>) -> Vec<Forward> {
        let plan_of = |topic: &str| Arc::new(Plan::of(&self.table, topic));
        act(&mut self.deliveries, Circumstances { now_ms: self.now_ms, plan_of: &plan_of })
    }

    fn step(&mut self, step: Step) {
        let present: Vec<u32> = self.present.iter().copied().collect();
        match step {
            Step::Join if present.len() < 4 => self.join(),
            Step::Leave(at) if present.len() > 1 => self.leave(pick(&present, at).unwrap()),
            Step::Register(at, kind, priority, scope) => {
                let attachment = pick(&present, at).unwrap();
                self.register(attachment, kind, priority, scope);
            }
            Step::Withdraw(at) => self.withdraw(at),
            Step::Unregister(at) => self.unregister(at),
            Step::Send { from, to, local, attempt } => {
                let sender = pick(&present, from).unwrap();
                let seen = |endpoint: &&Endpoint| endpoint.scope.admits(endpoint.attachment, sender);
                let seen: Vec<Endpoint> = self.endpoints.iter().filter(seen).copied().collect();
                if let Some(endpoint) = pick(&seen, to) {
                    self.send(sender, endpoint, local, attempt);
                }
            }
            Step::Settle(at) => self.settle(at),
            Step::Release(one, others) => self.release(one, &others),
            Step::Attempt(at, attempt) => self.attempt(at, attempt),
            Step::Advance(ms) => self.advance(ms),
            Step::Join | Step::Leave(_) => {}
        }
        self.compare();
    }

    fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    fn join(&mut self) {
        let id = self.next_id();
        self.present.insert(id);
        self.deliveries.join(id);
    }

    fn leave(&mut self, attachment: u32) {
        for endpoint in self.endpoints.clone() {
            if endpoint.attachment == attachment && endpoint.listed {
                self.unlist(endpoint.id);
            }
        }
        self.present.remove(&attachment);
        let forwards = self.act(|deliveries, around| deliveries.leave(attachment, around));
        let left = self.indices(|sent| sent.custodian == Some(attachment));
        for &index in &left {
            self.held[index].attempt = (self.held[index].attempt + 1).min(MOST_ATTEMPTS);
        }
        self.expect_moved(&left, forwards);
    }

    fn register(&mut self, attachment: u32, kind: usize, priority: i32, scope: Scope) {
        let id = self.next_id();
        let (_, role, _) = KINDS[kind];
        let peer =
            Peer { endpoint: id, attachment, role, scope, pattern: Peer::pattern_text(&pattern(kind)) };
        self.deliveries.list(peer.clone(), None);
        let flags = if scope == Scope::Thread { FLAG_THREAD_ONLY } else { 0 };
        self.table
            .insert(&pattern(kind), Entry { endpoint: id, attachment, role, priority, weight: 1, flags });
        self.endpoints.push(Endpoint { id, attachment, kind, priority, scope, listed: true });
        let fits = |topic: &str| pattern(kind).matches(topic);
        let forwards = self.act(|deliveries, around| deliveries.welcome(&peer, &fits, around));
        let waiting = self.indices(|sent| sent.custodian.is_none());
        let fitting: Vec<usize> =
            waiting.into_iter().filter(|index| !self.candidates(&self.held[*index]).is_empty()).collect();
        self.expect_moved(&fitting, forwards);
    }

    fn unlist(&mut self, id: u32) {
        let endpoint = self.endpoints.iter_mut().find(|endpoint| endpoint.id == id).unwrap();
        endpoint.listed = false;
        assert!(self.table.remove(&pattern(endpoint.kind), id));
        self.deliveries.unlist(id, self.now_ms);
    }

    fn withdraw(&mut self, at: Index) {
        let listed: Vec<Endpoint> =
            self.endpoints.iter().copied().filter(|endpoint| endpoint.listed).collect();
        if let Some(endpoint) = pick(&listed, at) {
            self.unlist(endpoint.id);
        }
    }

    /// Also one that is off the table already.
    fn unregister(&mut self, at: Index) {
        let Some(Endpoint { id, attachment, listed, .. }) = pick(&self.endpoints, at) else { return };
        if listed {
            self.unlist(id);
        }
        let forwards = self.act(|deliveries, around| deliveries.unregister(attachment, id, around));
        let moved = self.indices(|sent| sent.endpoint == id && sent.custodian == Some(attachment));
        self.expect_moved(&moved, forwards);
    }

    fn send(&mut self, sender: u32, to: Endpoint, local: bool, attempt: u16) {
        let number = self.numbers.entry(sender).or_default();
        *number += 1;
        let key = Key { sender, number: *number };
        let (_, role, topic) = KINDS[to.kind];
        let kind = if role == Role::Handler { Kind::Notification } else { Kind::Event };
        let local = local && to.attachment == sender;
        let targets: &[u32] = if local { &[] } else { &[to.attachment] };
        let draft = Draft {
            topic: topic.into(),
            endpoint: to.id,
            delivery: key.number,
            attempt,
            ..Draft::event(sender, targets, b"payload").of_kind(kind)
        };
        let bytes = draft.bytes();
        let frame = Frame::read(&bytes, 0).unwrap();
        let forwards = self.act(|deliveries, around| deliveries.accept(&frame, around));
        let custodian = Some(to.attachment);
        let sent = Sent { key, kind: to.kind, endpoint: to.id, custodian, since_ms: 0.0, attempt };
        self.held.push(sent);
        self.accepted += 1;
        let moved = if self.present.contains(&to.attachment) { vec![] } else { vec![self.held.len() - 1] };
        self.expect_moved(&moved, forwards);
    }

    fn settle(&mut self, at: Index) {
        let keys: Vec<Key> = self.held.iter().map(|sent| sent.key).collect();
        if let Some(key) = pick(&keys, at) {
            self.deliveries.settle(key);
            // Nobody knows it any more.
            self.deliveries.settle(key);
            assert!(!self.deliveries.has(key));
            self.held.retain(|sent| sent.key != key);
            self.settled += 1;
        }
    }

    /// Names some, of whichever custodian and some of them twice: only its own count.
    fn release(&mut self, one: Index, others: &[Index]) {
        let all: Vec<(Key, Option<u32>)> = self.held.iter().map(|sent| (sent.key, sent.custodian)).collect();
        let Some((first, Some(custodian))) = pick(&all, one) else { return };
        let named: Vec<Key> =
            others.iter().map(|index| pick(&all, *index).unwrap().0).chain([first, first]).collect();
        let forwards =
            self.act(|deliveries, around| deliveries.release(custodian, named.iter().copied(), around));
        let moved = self.indices(|sent| sent.custodian == Some(custodian) && named.contains(&sent.key));
        self.expect_moved(&moved, forwards);
    }

    fn attempt(&mut self, at: Index, attempt: u32) {
        let all: Vec<usize> = self.indices(|sent| sent.custodian.is_some());
        if let Some(index) = pick(&all, at) {
            let Sent { key, custodian, .. } = self.held[index].clone();
            self.deliveries.attempt(custodian.unwrap(), Attempt { key, attempt });
            self.deliveries.attempt(u32::MAX, Attempt { key, attempt: 9 });
            self.held[index].attempt = u16::try_from(attempt).unwrap_or(u16::MAX).min(MOST_ATTEMPTS);
        }
    }

    fn advance(&mut self, ms: f64) {
        self.now_ms += ms;
        let forwards = self.deliveries.lapse(self.now_ms);
        let mut lapsed =
            self.indices(|sent| sent.custodian.is_none() && sent.since_ms + PATIENCE_MS <= self.now_ms);
        lapsed.sort_by(|one, other| self.held[*one].since_ms.total_cmp(&self.held[*other].since_ms));
        assert_eq!(forwards.len(), lapsed.len());
        for (index, forward) in lapsed.into_iter().zip(forwards) {
            let Sent { key, endpoint, attempt, .. } = self.held[index].clone();
            let buried_by = self.present.get(&key.sender).or(self.present.first()).copied().unwrap();
            assert_eq!(forward.target(), buried_by);
            let [heard] = &*read(&forward.into_segment().bytes) else { panic!("one frame") };
            let told = (heard.kind, heard.key, heard.endpoint, heard.attempt);
            assert_eq!(told, (Kind::Lapsed, key, endpoint, attempt));
            (self.held[index].endpoint, self.held[index].custodian) = (0, Some(buried_by));
        }
    }

    /// The deliveries that move do so in their order, each to one of its candidates; those that have none wait.
    fn expect_moved(&mut self, moved: &[usize], forwards: Vec<Forward>) {
        let mut forwards = forwards.into_iter();
        for &index in moved {
            let sent = self.held[index].clone();
            let candidates = self.candidates(&sent);
            if candidates.is_empty() {
                (self.held[index].custodian, self.held[index].since_ms) = (None, self.now_ms);
                continue;
            }
            let forward = forwards.next().unwrap();
            let target = forward.target();
            let [heard] = &*read(&forward.into_segment().bytes) else { panic!("one frame") };
            assert_eq!((heard.key, heard.attempt), (sent.key, sent.attempt));
            assert_eq!((&*heard.topic, &*heard.payload), (KINDS[sent.kind].2, &b"payload"[..]));
            let chosen = candidates.iter().find(|endpoint| endpoint.id == heard.endpoint);
            assert_eq!(chosen.map(|endpoint| endpoint.attachment), Some(target), "{sent:?} to {heard:?}");
            (self.held[index].endpoint, self.held[index].custodian) = (heard.endpoint, Some(target));
        }
        assert_eq!(forwards.next(), None, "more than is expected");
    }

    fn candidates(&self, sent: &Sent) -> Vec<Endpoint> {
        let (_, role, topic) = KINDS[sent.kind];
        let fits = |endpoint: &Endpoint| match role {
            Role::Subscription => endpoint.kind == sent.kind,
            Role::Handler => KINDS[endpoint.kind].1 == role && pattern(endpoint.kind).matches(topic),
        };
        let seen = |endpoint: &Endpoint| endpoint.scope.admits(endpoint.attachment, sent.key.sender);
        let listed = |endpoint: &&Endpoint| endpoint.listed && fits(endpoint) && seen(endpoint);
        let mut fitting: Vec<Endpoint> = self.endpoints.iter().filter(listed).copied().collect();
        if fitting.iter().any(|endpoint| endpoint.id != sent.endpoint) {
            fitting.retain(|endpoint| endpoint.id != sent.endpoint);
        }
        let worth = |endpoint: &Endpoint| (endpoint.priority, pattern(endpoint.kind).specificity(topic).0);
        let best = fitting.iter().map(worth).max();
        if role == Role::Handler {
            fitting.retain(|endpoint| Some(worth(endpoint)) == best);
        }
        fitting
    }

    fn indices(&self, that: impl Fn(&Sent) -> bool) -> Vec<usize> {
        (0..self.held.len()).filter(|index| that(&self.held[*index])).collect()
    }

    fn compare(&self) {
        assert_eq!(self.deliveries.held(), self.held.len());
        assert_eq!(self.accepted, self.settled + self.deliveries.held(), "none is lost, none is made up");
        assert!(self.held.iter().all(|sent| self.deliveries.has(sent.key)));
        let parked = self.indices(|sent| sent.custodian.is_none());
        assert_eq!(self.deliveries.parked(), parked.len());
        let first =
            parked.iter().map(|index| self.held[*index].since_ms + PATIENCE_MS).min_by(f64::total_cmp);
        assert_eq!(self.deliveries.next_due().map(Moment::ms), first);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn each_delivery_is_where_the_model_says_that_it_may_be(steps in prop::collection::vec(step(), 1..90)) {
        let mut both = Both::default();
        both.join();
        both.join();
        for step in steps {
            both.step(step);
        }
    }
}
