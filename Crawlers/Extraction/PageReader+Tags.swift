// Which attributes of which elements name a link, an image or a fact.

internal import SelvageTypes

extension PageReader {
    /// Reads a tag that has attributes.
    mutating func read(_ tag: borrowing HTMLTag) {
        switch tag.element {
        case .a, .area: readAnchor(tag)
        case .link: readLink(tag)
        case .meta: readMeta(tag)
        case .base: if base == nil { base = tag.value(.href) }
        case .iframe, .frame: addLink(tag.value(.src), nofollow: false)
        default: readImages(tag)
        }
        if parts > .links { readAnyElement(tag) }
    }

    private mutating func addLink(_ address: String?, nofollow: Bool) {
        guard let address, links.count < Self.linkLimit else { return }
        links.append(Link(address: address, nofollow: nofollow))
    }

    private mutating func readAnchor(_ tag: borrowing HTMLTag) {
        guard let href = tag.value(.href) else { return }
        if hasImageExtension(href) {
            add(href, .linkedImage, text: tag.value(.title) ?? "")
        } else {
            let words = Self.words(tag.value(.rel))
            addLink(href, nofollow: words.contains("nofollow"))
        }
    }

    private static func words(_ text: String?) -> [String] {
        text?.lowercased().split(whereSeparator: \.isWhitespace).map(String.init) ?? []
    }

    private mutating func readLink(_ tag: borrowing HTMLTag) {
        let rel = Self.words(tag.value(.rel))
        if rel.contains("preload"), tag.value(.as)?.lowercased() == "image" {
            let largest = tag.value(.imagesrcset).flatMap { SourceSet($0).largest?.address }
            if let address = largest ?? tag.value(.href) { add(address, .linkPreload) }
            return
        }
        guard let href = tag.value(.href) else { return }
        if rel.contains("canonical") {
            canonical = canonical ?? href
        } else if rel.contains("image_src") {
            add(href, .linkPreload)
        } else if rel.contains("stylesheet") {
            if styleSheets.count < Self.blockLimit { styleSheets.append(href) }
        } else if rel.contains("alternate"), Self.isFeed(tag.value(.type)) {
            if feeds.count < Self.blockLimit { feeds.append(href) }
        } else if rel.contains("license") {
            if licences.count < Self.blockLimit { licences.append(href) }
        } else if !Self.pageRelations.isDisjoint(with: rel) {
            addLink(href, nofollow: rel.contains("nofollow"))
        }
    }

    private static let pageRelations: Set<String> = [
        "next", "prev", "previous", "alternate", "first", "last", "up", "contents", "amphtml",
    ]

    private static func isFeed(_ type: String?) -> Bool {
        guard let type = type?.lowercased() else { return false }
        return type.hasPrefix("application/rss+xml") || type.hasPrefix("application/atom+xml")
    }

    private mutating func readMeta(_ tag: borrowing HTMLTag) {
        guard let content = tag.value(.content) else { return }
        if tag.value(.httpEquiv)?.lowercased() == "refresh" {
            addLink(Self.refreshTarget(content), nofollow: false)
        }
        if tag.value(.itemprop)?.lowercased() == "image" { add(content, .microdata) }
        guard let name = (tag.value(.property) ?? tag.value(.name))?.trimmed.lowercased() else {
            return
        }
        switch name {
        case "robots", "selvage":
            robots.merge(RobotsDirectives(content: content))
        case "og:image", "og:image:url", "og:image:secure_url", "twitter:image",
            "twitter:image:src":
            add(content, .openGraph)
        default:
            if metas.count < Self.blockLimit { metas.append((name, content)) }
        }
    }

    /// The address of `5; url=next.html`.
    ///
    /// - Source: WHATWG HTML section 4.2.5.3.
    static func refreshTarget(_ content: String) -> String? {
        let pattern = /\s*[\d.]*\s*[;,]?\s*(?i:url)\s*=\s*(.*)/.dotMatchesNewlines()
        guard let match = content.wholeMatch(of: pattern) else { return nil }
        let target = String(match.1).trimmed
        guard let quote = target.first, quote == "\"" || quote == "'" else { return target }
        return String(target.dropFirst().prefix { $0 != quote })
    }

    private mutating func readImages(_ tag: borrowing HTMLTag) {
        switch tag.element {
        case .img: readImage(tag)
        case .image:
            // Outside SVG a parser turns `image` into `img`.
            if isForeign { readSVGImage(tag) } else { readImage(tag) }
        case .feImage: readSVGImage(tag)
        case .source: readSource(tag)
        case .video:
            add(tag.value(.poster), .videoPoster)
            add(tag.value(.dataPoster), .lazyAttribute)
        case .input:
            guard tag.value(.type)?.lowercased() == "image" else { return }
            add(tag.value(.src), .inputImage, text: tag.value(.alt) ?? "")
        case .object, .embed: readObject(tag)
        case .body, .table, .td, .th: add(tag.value(.background), .inlineStyle)
        default: break
        }
    }

    private mutating func add(_ address: String?, _ form: ImageReference.Form, text: String = "") {
        if let address { add(address, form, text: text) }
    }

    private mutating func readImage(_ tag: borrowing HTMLTag) {
        let text = tag.value(.alt) ?? ""
        add(tag.value(.src), .imgSrc, text: text)
        add(tag.value(.srcset).flatMap(Self.largest), .srcset, text: text)
        readLazy(tag, text: text)
    }

    private mutating func readSource(_ tag: borrowing HTMLTag) {
        guard pictureDepth > 0 || tag.has(.srcset) else { return }
        add(tag.value(.srcset).flatMap(Self.largest), .pictureSource)
        readLazy(tag, text: "")
    }

    private static func largest(_ set: String) -> String? {
        SourceSet(set).largest?.address
    }

    private mutating func readSVGImage(_ tag: borrowing HTMLTag) {
        add(tag.value(.href) ?? tag.value(.xlinkHref), .svgImage)
    }

    private mutating func readObject(_ tag: borrowing HTMLTag) {
        let address = tag.element == .object ? tag.value(.data) : tag.value(.src)
        guard let address else { return }
        let type = tag.value(.type)?.lowercased()
        if type?.hasPrefix("image/") ?? hasImageExtension(address) { add(address, .object) }
    }

    /// Attributes that a page's script will turn into `src` or `srcset`.
    private mutating func readLazy(_ tag: borrowing HTMLTag, text: String) {
        for index in 0..<tag.attributes.count {
            let attribute = tag.attributes[index]
            switch attribute.known {
            case .dataSrc, .dataLazySrc, .dataLazy, .dataOriginal, .dataZoomImage,
                .dataLargeImage, .dataHighResolution:
                let value = tag.value(of: attribute)
                // `data-lazy="true"` is a switch, not an address.
                if value.contains(where: { $0 == "." || $0 == "/" }) {
                    add(value, .lazyAttribute, text: text)
                }
            case .dataSrcset, .dataLazySrcset, .dataOriginalSet:
                add(Self.largest(tag.value(of: attribute)), .lazyAttribute, text: text)
            default: break
            }
        }
    }

    /// What may stand on every element: styles, lazy backgrounds, image files in `data-*`.
    private mutating func readAnyElement(_ tag: borrowing HTMLTag) {
        for index in 0..<tag.attributes.count {
            let attribute = tag.attributes[index]
            switch attribute.known {
            case .style: readStyle(tag, attribute)
            case .dataBackground, .dataBackgroundImage, .dataBackgroundLong:
                readBackground(tag.value(of: attribute))
            case .dataBackgroundSet:
                add(Self.largest(tag.value(of: attribute)), .lazyAttribute)
            case nil, .dataSrc, .dataOriginal, .dataLazySrc:
                readData(tag, attribute)
            default: break
            }
        }
    }

    private mutating func readStyle(_ tag: borrowing HTMLTag, _ attribute: HTMLAttribute) {
        let raw = tag.rawValue(of: attribute)
        guard raw.position(of: UInt8(ascii: "("), from: 0) < raw.count else { return }
        for address in CSSScanner.images(in: tag.valueBytes(of: attribute)) {
            add(address, .inlineStyle)
        }
    }

    private mutating func readBackground(_ value: String) {
        if value.contains("(") {
            for address in CSSScanner.images(in: Array(value.utf8)) { add(address, .lazyAttribute) }
        } else if value.contains(where: { $0 == "." || $0 == "/" }) {
            add(value, .lazyAttribute)
        }
    }

    /// Any `data-…` attribute whose value is the address of an image file.
    private mutating func readData(_ tag: borrowing HTMLTag, _ attribute: HTMLAttribute) {
        guard tag.source.hasASCII("data-", at: attribute.name.start), attribute.value.count > 4,
            attribute.value.count < AddressResolver.limitInBytes,
            attribute.known == nil || tag.element != .img
        else { return }
        let value = tag.value(of: attribute)
        if hasImageExtension(value), !value.contains(where: { "{ <>\"".contains($0) }) {
            add(value, .lazyAttribute)
        }
    }
}
