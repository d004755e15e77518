// From what a page's tokens said to addresses and facts: every image gets those of its product.

internal import SelvageTypes

/// Joins what the reader gathered.
struct PageAssembly {
    /// A product of the page with its images as written.
    private struct Product {
        var facts: [Fact]
        var images: [String]
        var form: ImageReference.Form
        /// Not contained in another product.
        var isMain: Bool
        var hasOwnFacts: Bool
    }

    private let reader: PageReader
    private let page: WebAddress
    private let resolver: AddressResolver
    private var products: [Product] = []
    /// The name of the site as a seller, which holds for every product of the page.
    private let siteFacts: [Fact]
    /// Whether the page is about one product at most.
    private let isSingle: Bool
    /// What holds for images that belong to no product.
    let pageFacts: [Fact]

    init(reader: PageReader, page: WebAddress, resolver: AddressResolver) {
        self.reader = reader
        self.page = page
        self.resolver = resolver
        guard reader.parts > .links else {
            (products, siteFacts, isSingle, pageFacts) = ([], [], true, [])
            return
        }
        let wantsFacts = reader.parts == .facts
        let openGraph = OpenGraphFacts(metas: wantsFacts ? reader.metas : [], page: page)
        siteFacts = openGraph.site
        products = Self.products(of: reader, page: page)
        let mains = products.filter { $0.hasOwnFacts && $0.isMain }
        // A page may describe its one product in both languages.
        isSingle = [.jsonLD, .microdata].allSatisfy { form in
            mains.filter { $0.form == form }.count <= 1
        }
        pageFacts = (isSingle ? mains.flatMap(\.facts) + openGraph.product : []) + siteFacts
    }

    /// Reads both kinds of linked data.
    private static func products(of reader: PageReader, page: WebAddress) -> [Product] {
        var linked = LinkedGraph()
        for (index, block) in reader.linkedData.enumerated() {
            let text = trimmedBlock(block)
            guard let value = try? JSONReader.read(text, isForgiving: true) else { continue }
            linked.add(value, named: "json-ld[\(index)]")
        }
        var items = LinkedGraph()
        var microdata = reader.microdata
        microdata.finish()
        for (index, item) in microdata.items.enumerated() {
            items.add(item, named: "microdata[\(index)]")
        }
        let wantsFacts = reader.parts == .facts
        return products(of: linked, page, .jsonLD, .jsonLD, wantsFacts)
            + products(of: items, page, .microdata, .microdata, wantsFacts)
    }

    /// Some pages wrap the block in a comment or a CDATA section: then from brace to brace.
    private static func trimmedBlock(_ block: [UInt8]) -> [UInt8] {
        let first = block.first { !$0.isHTMLSpace }
        guard first == Byte.less || first == Byte.slash,
            let start = block.firstIndex(of: UInt8(ascii: "{")),
            let end = block.lastIndex(of: UInt8(ascii: "}")), start < end
        else { return block }
        return Array(block[start...end])
    }

    private static func products(
        of graph: LinkedGraph, _ page: WebAddress, _ source: Fact.Source,
        _ form: ImageReference.Form, _ wantsFacts: Bool
    ) -> [Product] {
        let reader = ProductFacts(graph: graph, page: page, source: source)
        return graph.visits.prefix(5000).compactMap { visit in
            let node = visit.node
            if node.isProduct {
                let images = node.values("image") + node.values("images")
                return Product(
                    facts: wantsFacts ? reader.facts(of: node) : [],
                    images: graph.imageAddresses(images),
                    form: form, isMain: !visit.isInsideProduct, hasOwnFacts: true)
            }
            let images = ["image", "contentUrl", "thumbnailUrl"].flatMap { node.values($0) }
            let addresses = graph.imageAddresses(images)
            guard !addresses.isEmpty else { return nil }
            return Product(
                facts: [], images: addresses, form: form, isMain: false, hasOwnFacts: false)
        }
    }

    /// The images, each address once.
    func images() -> [ImageReference] {
        var collector = ImageCollector(limit: PageReader.imageLimit)
        for product in products {
            let facts = self.facts(of: product)
            for image in product.images {
                guard let address = resolver.resolve(image) else { continue }
                collector.add(ImageReference(address: address, form: product.form, facts: facts))
            }
        }
        for image in reader.images {
            guard let address = resolver.resolve(image.address) else { continue }
            collector.add(
                ImageReference(
                    address: address, form: image.form, text: image.text.collapsed(limit: 300),
                    facts: pageFacts))
        }
        for image in reader.scripts.addresses {
            guard let address = resolver.resolve(image) else { continue }
            // The page's own code loads it later, as with a lazy attribute.
            collector.add(
                ImageReference(address: address, form: .lazyAttribute, facts: pageFacts))
        }
        return collector.references
    }

    /// A product's own facts and what the page adds to them.
    private func facts(of product: Product) -> [Fact] {
        guard product.hasOwnFacts else { return pageFacts }
        let added = product.isMain && isSingle ? pageFacts : siteFacts
        return product.facts + added.filter { !product.facts.contains($0) }
    }

    /// The links, each address once; one link that may be followed is enough.
    func links() -> [HTMLPage.Link] {
        var links: [HTMLPage.Link] = []
        var indexByAddress: [String: Int] = [:]
        var seen: [String: Int] = [:]
        for link in reader.links {
            let nofollow = link.nofollow || reader.robots.nofollow
            let index: Int
            if let known = seen[link.address] {
                index = known
            } else {
                guard let address = resolver.resolve(link.address) else { continue }
                index = indexByAddress[address.description] ?? links.count
                seen[link.address] = index
                if index == links.count {
                    indexByAddress[address.description] = index
                    links.append(HTMLPage.Link(address: address, nofollow: nofollow))
                }
            }
            if !nofollow { links[index].nofollow = false }
        }
        return links
    }

    /// Addresses as written, made absolute, each once.
    func addresses(_ written: [String]) -> [WebAddress] {
        var seen: Set<String> = []
        return written.compactMap(resolver.resolve).filter { seen.insert($0.description).inserted }
    }
}
