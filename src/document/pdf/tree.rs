//! The structure tree: what a screen reader sees of the document.

/// Place of a node in [`Tree::nodes`].
pub(super) type NodeId = usize;

/// The root, always there.
pub(super) const DOCUMENT: NodeId = 0;

/// Structure types of ISO 32000-1, 14.8.4 that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The root.
    Document,
    /// Title.
    H1,
    /// Section.
    H2,
    /// Paragraph.
    P,
    /// Picture.
    Figure,
    /// Questions and answers of a section.
    Table,
    /// One question with its answer.
    Row,
    /// Heading cell of a row.
    RowHeader,
    /// Heading cell of a column.
    ColumnHeader,
    /// Answer.
    Cell,
}

impl Role {
    /// Its name in the file.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::H1 => "H1",
            Self::H2 => "H2",
            Self::P => "P",
            Self::Figure => "Figure",
            Self::Table => "Table",
            Self::Row => "TR",
            Self::RowHeader | Self::ColumnHeader => "TH",
            Self::Cell => "TD",
        }
    }

    /// For heading cells: what they are the heading of.
    pub(super) fn scope(self) -> Option<&'static str> {
        match self {
            Self::RowHeader => Some("Row"),
            Self::ColumnHeader => Some("Column"),
            _ => None,
        }
    }
}

/// What a node holds, in reading order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kid {
    /// Another node.
    Node(NodeId),
    /// Marked content: page from 0 and its number there.
    Content {
        /// Page from 0.
        page: usize,
        /// Marked-content id on that page.
        mcid: usize,
    },
}

/// One structure element.
#[derive(Debug)]
pub(super) struct Node {
    /// Its type.
    pub(super) role: Role,
    /// Whose child it is; the root is its own.
    pub(super) parent: NodeId,
    /// Its children.
    pub(super) kids: Vec<Kid>,
    /// For a picture.
    pub(super) picture: Option<Picture>,
}

/// What is said of a picture to those who do not see it.
#[derive(Debug)]
pub(super) struct Picture {
    /// What it shows.
    pub(super) alt: String,
    /// Left, lower, right and upper edge on its page.
    pub(super) frame: [f32; 4],
}

/// All structure elements and, for each page, whose its marked contents are.
#[derive(Debug)]
pub(super) struct Tree {
    /// Parents before children.
    pub(super) nodes: Vec<Node>,
    /// Per page: the owner of each marked content, by its number.
    pub(super) owners: Vec<Vec<NodeId>>,
}

impl Tree {
    /// Only the root.
    pub(super) fn new() -> Self {
        let root = Node { role: Role::Document, parent: DOCUMENT, kids: Vec::new(), picture: None };
        Self { nodes: vec![root], owners: Vec::new() }
    }

    /// A new last child of `parent`.
    pub(super) fn add(&mut self, parent: NodeId, role: Role) -> NodeId {
        let node = self.nodes.len();
        self.nodes.push(Node { role, parent, kids: Vec::new(), picture: None });
        self.nodes[parent].kids.push(Kid::Node(node));
        node
    }

    /// Number of the next marked content of `node` on `page`.
    pub(super) fn mark(&mut self, node: NodeId, page: usize) -> usize {
        if self.owners.len() <= page {
            self.owners.resize_with(page + 1, Vec::new);
        }
        let mcid = self.owners[page].len();
        self.owners[page].push(node);
        self.nodes[node].kids.push(Kid::Content { page, mcid });
        mcid
    }
}
