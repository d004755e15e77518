// The element and attribute names that mean something here, found by hash while they are scanned.

/// The elements that the page reader or the tokenizer's state depends on.
enum HTMLElementName: String, CaseIterable {
    case a, area, audio, base, embed, frame, iframe, image, img, input, link, math, meta
    case noembed, noframes, noscript, object, picture, plaintext, script, select, source
    case style, svg, template, textarea, time, title, track, video, xmp
    case br, hr, wbr, col, param, data, meter, foreignObject = "foreignobject", desc
    case body, table, td, th, feImage = "feimage", annotationXML = "annotation-xml"
    case b, big, blockquote, center, code, dd, div, dl, dt, em, h1, h2, h3, h4, h5, h6, head
    case i, li, listing, menu, nobr, ol, p, pre, ruby, s, small, span, strong, strike, sub, sup
    case tt, u, ul, `var`
}

/// The attributes that the page reader asks for.
enum HTMLAttributeName: String, CaseIterable {
    case alt, `as`, background, charset, content, data, datetime, href, imagesrcset
    case itemid, itemprop, itemref, itemscope, itemtype, media, name, poster, property, rel
    case src, srcset, style, title, type, value
    case httpEquiv = "http-equiv"
    case xlinkHref = "xlink:href"
    case dataSrc = "data-src"
    case dataSrcset = "data-srcset"
    case dataLazySrc = "data-lazy-src"
    case dataLazySrcset = "data-lazy-srcset"
    case dataLazy = "data-lazy"
    case dataOriginal = "data-original"
    case dataOriginalSet = "data-original-set"
    case dataBackground = "data-bg"
    case dataBackgroundImage = "data-background-image"
    case dataBackgroundLong = "data-background"
    case dataBackgroundSet = "data-bgset"
    case dataZoomImage = "data-zoom-image"
    case dataLargeImage = "data-large_image"
    case dataHighResolution = "data-hi-res-src"
    case dataPoster = "data-poster"
}

/// The hash of a name, added to byte by byte.
///
/// - Source: FNV-1a, 64 bits. It only chooses a slot; names are compared before they are believed.
struct NameHash {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }
}

/// Names by hash, in an open-addressing table that is built once.
struct NameTable<Name: RawRepresentable & CaseIterable & Sendable>: Sendable
where Name.RawValue == String {
    private struct Slot: Sendable {
        var hash: UInt64
        var spelling: [UInt8]
        var name: Name
    }

    private var slots: [Slot?] = Array(repeating: nil, count: 256)

    init() {
        for name in Name.allCases {
            var hash = NameHash()
            for byte in name.rawValue.utf8 { hash.add(byte) }
            var slot = Self.slot(of: hash)
            while slots[slot] != nil { slot = (slot + 1) & 255 }
            slots[slot] = Slot(hash: hash.value, spelling: Array(name.rawValue.utf8), name: name)
        }
    }

    private static func slot(of hash: NameHash) -> Int {
        Int(truncatingIfNeeded: hash.value ^ hash.value >> 32) & 255
    }

    /// The name at a range of the source, whatever its case; nil when it is none of ours.
    func find(
        _ hash: NameHash, in source: UnsafeBufferPointer<UInt8>, at range: ByteRange
    ) -> Name? {
        var index = Self.slot(of: hash)
        while let slot = slots[index] {
            if slot.hash == hash.value, slot.spelling.count == range.count,
                slot.spelling.indices.allSatisfy({
                    slot.spelling[$0] == source[range.start + $0].lowercasedASCII
                })
            {
                return slot.name
            }
            index = (index + 1) & 255
        }
        return nil
    }
}

extension NameTable<HTMLElementName> {
    static let elements = NameTable()
}

extension NameTable<HTMLAttributeName> {
    static let attributes = NameTable()
}
