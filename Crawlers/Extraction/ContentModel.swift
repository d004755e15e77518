// How the tokenizer reads on after a tag, without a tree: raw text elements and foreign content.

/// What a tree builder would know for the tokenizer: which elements hold raw text, and whether we
/// are inside SVG or MathML.
///
/// Scripting counts as disabled, so `noscript` is ordinary markup. `select` needs no rule: the
/// standard allows all content in it since 2025.
///
/// - Source: WHATWG HTML sections 13.2.6.2 and 13.2.6.5, as a short list of rules.
struct ContentModel {
    /// Deeper nesting of SVG in HTML in SVG is not told apart.
    private static let depthLimit = 64

    /// For each open boundary whether what is inside is foreign.
    private var boundaries: [(element: HTMLElementName, isForeign: Bool)] = []

    /// Whether we are inside SVG or MathML, and not in HTML inside of it.
    var isForeign: Bool { boundaries.last?.isForeign ?? false }

    /// The state to read on in after a start tag.
    mutating func open(_ tag: borrowing HTMLTag) -> HTMLTextState {
        guard let element = tag.element else { return .data }
        if isForeign {
            if element.endsForeignContent {
                boundaries.removeAll()
            } else {
                return openForeign(element, isSelfClosing: tag.isSelfClosing)
            }
        }
        switch element {
        case .svg, .math:
            if !tag.isSelfClosing { push(element, isForeign: true) }
            return .data
        case .title, .textarea: return .rcdata
        case .style, .xmp, .iframe, .noembed, .noframes: return .rawText
        case .script: return .scriptData
        case .plaintext: return .plainText
        default: return .data
        }
    }

    private mutating func openForeign(
        _ element: HTMLElementName, isSelfClosing: Bool
    ) -> HTMLTextState {
        guard !isSelfClosing else { return .data }
        switch element {
        case .svg, .math: push(element, isForeign: true)
        case .foreignObject, .desc, .title, .annotationXML: push(element, isForeign: false)
        default: break
        }
        return .data
    }

    private mutating func push(_ element: HTMLElementName, isForeign: Bool) {
        if boundaries.count < Self.depthLimit { boundaries.append((element, isForeign)) }
    }

    /// Leaves the boundary that an end tag closes.
    mutating func close(_ tag: borrowing HTMLTag) {
        guard let element = tag.element, !boundaries.isEmpty,
            let index = boundaries.lastIndex(where: { $0.element == element })
        else { return }
        boundaries.removeSubrange(index...)
    }
}

extension HTMLElementName {
    /// Elements that cannot stand in SVG or MathML, so their start tag closes it.
    fileprivate var endsForeignContent: Bool {
        switch self {
        case .b, .big, .blockquote, .body, .br, .center, .code, .dd, .div, .dl, .dt, .em, .embed,
            .h1, .h2, .h3, .h4, .h5, .h6, .head, .hr, .i, .img, .li, .listing, .menu, .meta, .nobr,
            .ol, .p, .pre, .ruby, .s, .small, .span, .strong, .strike, .sub, .sup, .table, .tt, .u,
            .ul, .var:
            true
        default: false
        }
    }

    /// Elements that have no end tag.
    var isVoid: Bool {
        switch self {
        case .area, .base, .br, .col, .embed, .hr, .image, .img, .input, .link, .meta, .param,
            .source, .track, .wbr:
            true
        default: false
        }
    }
}
