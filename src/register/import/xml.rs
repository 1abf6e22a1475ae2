//! XML as imports read it: elements by their local names, text without blanks at its ends.

use roxmltree::Node;

/// Every element below with this local name, at any depth.
pub(super) fn all<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |own| own.is_element() && own.tag_name().name() == name)
}

/// The element that a path of local names leads to.
pub(super) fn at<'a, 'i: 'a>(node: Node<'a, 'i>, path: &str) -> Option<Node<'a, 'i>> {
    path.split('/').try_fold(node, |node, name| {
        node.children().find(|own| own.is_element() && own.tag_name().name() == name)
    })
}

/// The text of the element that a path leads to; empty where there is none.
pub(super) fn text(node: Node<'_, '_>, path: &str) -> String {
    let found = at(node, path);
    found.and_then(|node| node.text()).unwrap_or_default().trim().to_owned()
}
