// Image references by address, and which of several ways of naming one says most about it.

internal import SelvageTypes

extension ImageReference.Form {
    /// Whether an element of the body named it, so that `noscript` around it says more.
    var isElement: Bool {
        switch self {
        case .imgSrc, .srcset, .pictureSource, .lazyAttribute, .object, .svgImage: true
        default: false
        }
    }

    /// How much the form says about the image; the highest is kept when several name one address.
    var specificity: Int {
        switch self {
        case .event: 12
        case .jsonLD: 11
        case .microdata: 10
        case .openGraph: 9
        case .feed, .sitemap: 8
        case .pictureSource: 7
        case .srcset: 6
        case .imgSrc: 5
        case .videoPoster, .svgImage, .inputImage, .object: 4
        case .linkedImage, .lazyAttribute: 3
        case .inlineStyle, .styleSheet: 2
        case .noscript, .linkPreload: 1
        case .listed: 0
        }
    }
}

/// Image references by address: each address once, with its most specific form and all facts.
struct ImageCollector {
    private(set) var references: [ImageReference] = []
    private var indexByAddress: [String: Int] = [:]
    private let limit: Int

    /// - Parameter limit: How many addresses are kept.
    init(limit: Int) {
        self.limit = limit
    }

    /// Adds a reference, or merges it into the one of the same address.
    mutating func add(_ reference: ImageReference) {
        let key = reference.address.description
        guard let index = indexByAddress[key] else {
            guard references.count < limit else { return }
            indexByAddress[key] = references.count
            references.append(reference)
            return
        }
        if reference.form.specificity > references[index].form.specificity {
            references[index].form = reference.form
        }
        if references[index].text.isEmpty { references[index].text = reference.text }
        merge(reference.facts, into: index)
    }

    private mutating func merge(_ facts: [Fact], into index: Int) {
        let known = Set(references[index].facts)
        references[index].facts += facts.filter { !known.contains($0) }
    }
}
