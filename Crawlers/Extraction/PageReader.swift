// The sink that gathers what a page says while its tokens go by; addresses stay as written.

internal import SelvageTypes

/// Gathers a page's links, images and data.
///
/// - Invariant: Every list has a stated limit; what comes after it is left out.
struct PageReader: HTMLTokenSink {
    static let linkLimit = 20_000
    static let imageLimit = 5000
    /// Blocks of linked data, style sheets, feeds and meta tags.
    static let blockLimit = 500
    private static let titleLimitInBytes = 2000

    /// An image as written.
    struct Image {
        var address: String
        var form: ImageReference.Form
        var text: String
    }

    /// A link as written.
    struct Link {
        var address: String
        var nofollow: Bool
    }

    /// What the text that goes by is kept for.
    private enum Purpose {
        case nothing, title, style, linkedData, script
    }

    let parts: HTMLPage.Parts
    var title: [UInt8] = []
    var base: String?
    var canonical: String?
    var links: [Link] = []
    var images: [Image] = []
    /// Marks of images as written, in place of them when no more than links are read.
    var imageMarks: [UInt64] = []
    private static let markLimit = 200
    var styleSheets: [String] = []
    var feeds: [String] = []
    /// Targets of `rel=license`, of RSL or any other language.
    var licences: [String] = []
    var robots = RobotsDirectives()
    /// OpenGraph and similar, in order.
    var metas: [(name: String, content: String)] = []
    var linkedData: [[UInt8]] = []
    var microdata = MicrodataReader()
    var scripts = ScriptImages()
    var census = PageCensus()
    var sketcher = TextSketcher()

    private var model = ContentModel()
    private var purpose = Purpose.nothing
    private var hasTitle = false
    /// Menus are links, and the same on all pages of a site.
    private var isInLink = false
    private(set) var noscriptDepth = 0
    private(set) var pictureDepth = 0

    init(parts: HTMLPage.Parts) {
        self.parts = parts
    }

    var allowsCDATA: Bool { model.isForeign }
    /// Whether we are inside SVG.
    var isForeign: Bool { model.isForeign }

    mutating func startTag(_ tag: borrowing HTMLTag) -> HTMLTextState {
        let state = model.open(tag)
        purpose = .nothing
        if parts > .links { microdata.start(tag) }
        if parts > .links { census.add(tag) }
        switch tag.element {
        case .a: isInLink = true
        case .noscript: noscriptDepth += 1
        case .picture: pictureDepth += 1
        case .title where !model.isForeign && !hasTitle && state == .rcdata: purpose = .title
        case .style: purpose = .style
        case .script: purpose = Self.purpose(ofScript: tag)
        default: break
        }
        if tag.attributes.count > 0 { read(tag) }
        return state
    }

    private static func purpose(ofScript tag: borrowing HTMLTag) -> Purpose {
        guard let type = tag.value(.type)?.lowercased() else { return .script }
        return type.hasPrefix("application/ld+json") ? .linkedData : .script
    }

    mutating func endTag(_ tag: borrowing HTMLTag) {
        model.close(tag)
        purpose = .nothing
        if parts > .links { microdata.end(tag) }
        switch tag.element {
        case .a: isInLink = false
        case .noscript: noscriptDepth = max(0, noscriptDepth - 1)
        case .picture: pictureDepth = max(0, pictureDepth - 1)
        default: break
        }
    }

    mutating func text(_ run: HTMLText) {
        if purpose == .nothing, !isInLink { sketcher.add(run.bytes) }
        if parts == .links, purpose != .title { return }
        microdata.text(run)
        switch purpose {
        case .nothing:
            if noscriptDepth == 0 { census.add(text: run.bytes) }
        case .title:
            hasTitle = true
            if title.count < Self.titleLimitInBytes { run.append(to: &title) }
        case .style:
            for address in CSSScanner.images(in: Array(run.bytes)) { add(address, .styleSheet) }
        case .linkedData:
            if linkedData.count < Self.blockLimit { linkedData.append(Array(run.bytes)) }
        case .script:
            scripts.scan(run.bytes)
        }
    }

    mutating func comment(_ bytes: UnsafeBufferPointer<UInt8>) {}
    mutating func doctype(_ doctype: HTMLDoctype) {}

    /// Keeps an image unless it is inline data or the limit is met.
    mutating func add(_ address: String, _ form: ImageReference.Form, text: String = "") {
        guard parts > .links else {
            if imageMarks.count < Self.markLimit { imageMarks.append(Self.mark(address)) }
            return
        }
        guard images.count < Self.imageLimit, !Self.isInline(address) else { return }
        let shown: ImageReference.Form = noscriptDepth > 0 && form.isElement ? .noscript : form
        images.append(Image(address: address, form: shown, text: text))
    }

    /// FNV-1a (Fowler, Noll and Vo), the same in every process.
    private static func mark(_ address: String) -> UInt64 {
        address.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func isInline(_ address: String) -> Bool {
        guard let first = address.utf8.first(where: { $0 > 0x20 }) else { return true }
        guard first | 0x20 == UInt8(ascii: "d") else { return false }
        return address.trimmed.prefix(5).lowercased() == "data:"
    }
}
