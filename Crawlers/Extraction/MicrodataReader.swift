// Microdata items, gathered while the tags go by, in the shape of JSON-LD nodes.

internal import SelvageTypes

/// Gathers microdata items.
///
/// There is no tree: an item or a property text ends with the end tag of its own element's name.
/// `itemref` is not followed.
///
/// - Source: WHATWG HTML section 5.2. A `content` attribute counts on every element, as it is used.
struct MicrodataReader {
    private static let depthLimit = 32
    private static let itemLimit = 2000
    private static let propertyLimit = 200
    private static let textLimitInBytes = 1000

    private struct Item {
        var members: [String: JSONValue]
        /// The properties of the item around it whose value this item is.
        var properties: [String]
        var element: UInt64
        /// Open elements of the same name inside.
        var nested = 0
        var count = 0
    }

    private struct Capture {
        var properties: [String]
        var element: UInt64
        var nested = 0
        var text: [UInt8] = []
    }

    /// The outermost items, complete.
    private(set) var items: [JSONValue] = []
    private var open: [Item] = []
    private var capture: Capture?
    private var opened = 0

    /// Takes a start tag.
    mutating func start(_ tag: borrowing HTMLTag) {
        guard !open.isEmpty || tag.has(.itemscope) else { return }
        let isVoid = tag.element?.isVoid ?? false
        if !isVoid { countNested(tag.hash) }
        let properties =
            tag.value(.itemprop)?.split(whereSeparator: \.isWhitespace)
            .prefix(5).map { String(Self.name($0)) } ?? []
        if tag.has(.itemscope) {
            startItem(tag, properties, isVoid)
        } else if !properties.isEmpty, !open.isEmpty {
            startProperty(tag, properties, isVoid)
        }
    }

    private mutating func countNested(_ element: UInt64) {
        if let last = open.indices.last, open[last].element == element { open[last].nested += 1 }
        if capture?.element == element { capture?.nested += 1 }
    }

    private mutating func startItem(
        _ tag: borrowing HTMLTag, _ properties: [String], _ isVoid: Bool
    ) {
        guard open.count < Self.depthLimit, opened < Self.itemLimit, !isVoid else { return }
        opened += 1
        capture = nil
        var members: [String: JSONValue] = [:]
        if let type = tag.value(.itemtype) {
            members["@type"] = .array(
                type.split(whereSeparator: \.isWhitespace).prefix(5).map { .string(String($0)) })
        }
        if let id = tag.value(.itemid) { members["@id"] = .string(id) }
        open.append(Item(members: members, properties: properties, element: tag.hash))
    }

    private mutating func startProperty(
        _ tag: borrowing HTMLTag, _ properties: [String], _ isVoid: Bool
    ) {
        if let value = Self.attributeValue(tag) {
            add(.string(value), to: properties)
        } else if !isVoid, capture == nil {
            capture = Capture(properties: properties, element: tag.hash)
        }
    }

    /// The value that an attribute carries; nil when it is the element's text.
    private static func attributeValue(_ tag: borrowing HTMLTag) -> String? {
        if let content = tag.value(.content) { return content }
        switch tag.element {
        case .a, .area, .link: return tag.value(.href)
        case .img, .image, .audio, .video, .embed, .iframe, .source, .track:
            return tag.value(.src).flatMap { $0.hasPrefix("data:") ? nil : $0 }
                ?? tag.value(.dataSrc)
        case .object: return tag.value(.data)
        case .data, .meter: return tag.value(.value)
        case .time: return tag.value(.datetime)
        default: return nil
        }
    }

    /// Takes a text run.
    mutating func text(_ run: HTMLText) {
        guard var current = capture, current.text.count < Self.textLimitInBytes else { return }
        let part = UnsafeBufferPointer(rebasing: run.bytes.prefix(Self.textLimitInBytes))
        HTMLText(bytes: part, state: run.state).append(to: &current.text)
        capture = current
    }

    /// Takes an end tag.
    mutating func end(_ tag: borrowing HTMLTag) {
        guard !open.isEmpty else { return }
        if let current = capture, current.element == tag.hash {
            if current.nested > 0 {
                capture?.nested -= 1
            } else {
                finishCapture()
            }
        }
        guard let last = open.last, last.element == tag.hash else { return }
        if last.nested > 0 {
            open[open.count - 1].nested -= 1
        } else {
            finishItem()
        }
    }

    /// Closes what the document's end leaves open.
    mutating func finish() {
        while !open.isEmpty { finishItem() }
    }

    private mutating func finishCapture() {
        guard let done = capture else { return }
        capture = nil
        add(.string(String(decoding: done.text, as: UTF8.self).trimmed), to: done.properties)
    }

    private mutating func finishItem() {
        finishCapture()
        guard let item = open.popLast() else { return }
        if item.properties.isEmpty || open.isEmpty {
            items.append(.object(item.members))
        } else {
            add(.object(item.members), to: item.properties)
        }
    }

    private mutating func add(_ value: JSONValue, to properties: [String]) {
        guard let last = open.indices.last, open[last].count < Self.propertyLimit else { return }
        open[last].count += 1
        for property in properties {
            let before = open[last].members[property]?.elements ?? []
            open[last].members[property] = .array(before + [value])
        }
    }

    private static func name(_ property: Substring) -> Substring {
        property.split(separator: "/").last ?? property
    }
}
