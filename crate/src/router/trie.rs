//! Globs in a trie of tokens: those that no [form](super::forms) is kept of.
//!
//! The trie is flat: one concurrent map from (parent node, token) to node. A node is an immutable value, replaced
//! when it changes. So a reader takes no lock, and an insertion touches the nodes of its own path, however many
//! siblings they have: a hundred thousand children of one node cost nothing here.
//!
//! A reader may see an update half-way. That is harmless: a path exists before its last node gets the entry, and
//! entries leave before their path does; the entry's own list is where an update takes effect, at once.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::entry::{Entries, Entry, Match};
use crate::sync::{AtomicU64, Equivalent, Map, Ordering, Pinned};
use crate::topic::{Glob, MAX_TOPIC_BYTES, Specificity, Token, TokenGlob, is_reserved, tokens};

const ROOT: u64 = 0;
/// Names of edges that are no literal: a topic holds neither `*` nor control characters.
const ONE: &str = "*";
const REST: &str = "**";
const PARTIAL_MARK: char = '\u{0}';

#[derive(Debug)]
struct Edge {
    parent: u64,
    token: Box<str>,
}

#[derive(Clone, Copy)]
struct EdgeRef<'a> {
    parent: u64,
    token: &'a str,
}

impl Hash for Edge {
    fn hash<H: Hasher>(&self, state: &mut H) {
        EdgeRef { parent: self.parent, token: &self.token }.hash(state);
    }
}

impl PartialEq for Edge {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.token == other.token
    }
}

impl Eq for Edge {}

impl Hash for EdgeRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.parent);
        state.write(self.token.as_bytes());
    }
}

impl Equivalent<Edge> for EdgeRef<'_> {
    fn equivalent(&self, key: &Edge) -> bool {
        self.parent == key.parent && *self.token == *key.token
    }
}

/// A partial-token glob below a node, and the name of its edge.
#[derive(Debug)]
struct Partial {
    glob: TokenGlob,
    edge: Box<str>,
}

#[derive(Debug, Clone)]
struct Node {
    /// Never used again, so that whoever holds an old parent finds nobody else's child; 64 bits outlast any churn.
    id: u64,
    /// How many children are reached by a literal token.
    literals: u32,
    one: bool,
    rest: bool,
    /// Whether the way here leads through `**`, so that a walk may come twice.
    below_rest: bool,
    partials: Arc<[Arc<Partial>]>,
    entries: Option<Entries>,
    specificity: Specificity,
}

impl Node {
    fn new(id: u64, below_rest: bool) -> Self {
        Self {
            id,
            literals: 0,
            one: false,
            rest: false,
            below_rest,
            partials: Arc::new([]),
            entries: None,
            // Of no meaning as long as there are no entries.
            specificity: Specificity(0),
        }
    }

    fn is_leaf(&self) -> bool {
        self.literals == 0 && !self.one && !self.rest && self.partials.is_empty()
    }
}

/// The trie; writers must be serialised by the caller.
#[derive(Debug)]
pub(super) struct Trie {
    nodes: Map<Edge, Node>,
    next_id: AtomicU64,
}

impl Trie {
    pub(super) fn new() -> Self {
        let nodes = Map::new();
        nodes.pin().insert(Edge { parent: ROOT, token: "".into() }, Node::new(ROOT, false));
        Self { nodes, next_id: AtomicU64::new(1) }
    }

    pub(super) fn insert(&self, glob: &Glob, entry: Entry) {
        let nodes = self.nodes.pin();
        let mut edge = EdgeRef { parent: ROOT, token: "" };
        let names: Vec<_> = glob.tokens.iter().map(edge_name).collect();
        for (token, name) in glob.tokens.iter().zip(&names) {
            let Some(node) = nodes.get(&edge) else { return };
            let child = EdgeRef { parent: node.id, token: name };
            if nodes.get(&child).is_none() {
                let id = self.next_id.fetch_add(1, Ordering::Relaxed);
                let below_rest = node.below_rest || matches!(token, Token::Rest);
                let grown = with_child(node, token, name);
                nodes
                    .insert(Edge { parent: node.id, token: name.as_ref().into() }, Node::new(id, below_rest));
                nodes.insert(Edge { parent: edge.parent, token: edge.token.into() }, grown);
            }
            edge = child;
        }
        if let Some(node) = nodes.get(&edge) {
            let mut changed = node.clone();
            changed.entries =
                Some(node.entries.as_ref().map_or(Entries::One(entry), |entries| entries.and(entry)));
            changed.specificity = glob.specificity();
            nodes.insert(Edge { parent: edge.parent, token: edge.token.into() }, changed);
        }
    }

    pub(super) fn remove(&self, glob: &Glob, endpoint: u32) -> bool {
        let nodes = self.nodes.pin();
        let names: Vec<_> = glob.tokens.iter().map(edge_name).collect();
        let mut path = vec![EdgeRef { parent: ROOT, token: "" }];
        for name in &names {
            let Some(node) = path.last().and_then(|edge| nodes.get(edge)) else { return false };
            path.push(EdgeRef { parent: node.id, token: name });
        }
        let Some(edge) = path.last().copied() else { return false };
        let Some(node) = nodes.get(&edge) else { return false };
        let mut changed = node.clone();
        changed.entries = node.entries.as_ref().and_then(|entries| entries.without(endpoint));
        let count = |entries: &Option<Entries>| entries.as_ref().map_or(0, |entries| entries.len());
        let found = count(&changed.entries) < count(&node.entries);
        nodes.insert(Edge { parent: edge.parent, token: edge.token.into() }, changed);
        // From the end back: nodes that lead nowhere any more leave, after their parent has forgotten them.
        for (depth, token) in glob.tokens.iter().enumerate().rev() {
            let (Some(parent), Some(child)) = (path.get(depth), path.get(depth + 1)) else { break };
            let (Some(above), Some(below)) = (nodes.get(parent), nodes.get(child)) else { break };
            if below.entries.is_some() || !below.is_leaf() {
                break;
            }
            let shrunk = without_child(above, token, child.token);
            nodes.insert(Edge { parent: parent.parent, token: parent.token.into() }, shrunk);
            nodes.remove(Edge { parent: child.parent, token: child.token.into() });
        }
        found
    }

    /// How many nodes there are besides the root; exact only while nobody writes.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    pub(super) fn matches(&self, topic: &str, found: impl FnMut(Match)) {
        let nodes = self.nodes.pin();
        let Some(root) = nodes.get(&EdgeRef { parent: ROOT, token: "" }) else { return };
        // As most of the time: the root has no entries, as no glob is without tokens.
        if root.is_leaf() {
            return;
        }
        let mut spans = [""; MAX_TOPIC_BYTES.div_ceil(2)];
        let mut count = 0;
        for (span, token) in spans.iter_mut().zip(tokens(topic)) {
            *span = token;
            count += 1;
        }
        let mut walk = Walk {
            nodes: &nodes,
            tokens: spans.get(..count).unwrap_or_default(),
            visited: HashSet::default(),
            found,
        };
        // Addresses are topics too, but only a pattern that says `$…` itself means them.
        if is_reserved(topic) {
            walk.literal(root, 0);
            walk.partials(root, 0, |glob| is_reserved(glob.source()));
        } else {
            walk.from(root, 0);
        }
    }
}

struct Walk<'a, F> {
    nodes: &'a Pinned<'a, Edge, Node>,
    tokens: &'a [&'a str],
    /// Nodes below a `**` that were left at a token: each is continued once, or the walk would be exponential.
    visited: HashSet<(u64, usize), RandomState>,
    found: F,
}

impl<F: FnMut(Match)> Walk<'_, F> {
    fn from(&mut self, node: &Node, at: usize) {
        if node.below_rest && !node.is_leaf() && !self.visited.insert((node.id, at)) {
            return;
        }
        if at == self.tokens.len() {
            self.take(node);
        }
        self.literal(node, at);
        if node.one
            && at < self.tokens.len()
            && let Some(child) = self.nodes.get(&EdgeRef { parent: node.id, token: ONE })
        {
            self.from(child, at + 1);
        }
        self.partials(node, at, |_| true);
        if node.rest
            && let Some(child) = self.nodes.get(&EdgeRef { parent: node.id, token: REST })
        {
            if child.is_leaf() {
                self.take(child);
            } else {
                for next in at..=self.tokens.len() {
                    self.from(child, next);
                }
            }
        }
    }

    fn literal(&mut self, node: &Node, at: usize) {
        if node.literals > 0
            && let Some(token) = self.tokens.get(at)
            && let Some(child) = self.nodes.get(&EdgeRef { parent: node.id, token })
        {
            self.from(child, at + 1);
        }
    }

    fn partials(&mut self, node: &Node, at: usize, meant: impl Fn(&TokenGlob) -> bool) {
        let Some(&token) = self.tokens.get(at) else { return };
        let matching = |partial: &&Arc<Partial>| meant(&partial.glob) && partial.glob.matches(token);
        for partial in node.partials.iter().filter(matching) {
            let edge = EdgeRef { parent: node.id, token: &partial.edge };
            if let Some(child) = self.nodes.get(&edge) {
                self.from(child, at + 1);
            }
        }
    }

    fn take(&mut self, node: &Node) {
        for &entry in node.entries.iter().flat_map(|entries| entries.iter()) {
            (self.found)(Match { entry, specificity: node.specificity });
        }
    }
}

fn edge_name(token: &Token) -> std::borrow::Cow<'_, str> {
    match token {
        Token::Literal(literal) => literal.as_ref().into(),
        Token::One => ONE.into(),
        Token::Rest => REST.into(),
        Token::Partial(glob) => format!("{PARTIAL_MARK}{}", glob.source()).into(),
    }
}

fn with_child(node: &Node, token: &Token, edge: &str) -> Node {
    let mut grown = node.clone();
    match token {
        Token::Literal(_) => grown.literals += 1,
        Token::One => grown.one = true,
        Token::Rest => grown.rest = true,
        Token::Partial(glob) => {
            let more = Arc::new(Partial { glob: glob.clone(), edge: edge.into() });
            grown.partials = node.partials.iter().cloned().chain([more]).collect();
        }
    }
    grown
}

fn without_child(node: &Node, token: &Token, edge: &str) -> Node {
    let mut shrunk = node.clone();
    match token {
        Token::Literal(_) => shrunk.literals = shrunk.literals.saturating_sub(1),
        Token::One => shrunk.one = false,
        Token::Rest => shrunk.rest = false,
        Token::Partial(_) => {
            let others = node.partials.iter().filter(|partial| *partial.edge != *edge);
            shrunk.partials = others.cloned().collect();
        }
    }
    shrunk
}
