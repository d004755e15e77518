// What pages say about products: JSON-LD, microdata and OpenGraph, each fact with its place.

import SelvageTypes
import Testing

@testable import Extraction

private func linked(_ json: String) -> String {
    "<script type=\"application/ld+json\">\(json)</script>"
}

@Suite("Product facts")
struct ProductFactsTests {
    @Test(
        "The profile's product page gives all its facts to its image",
        .enabled(if: hasShared, "the shared samples are not on this machine"))
    func profilePage() throws {
        let json = try sharedFile("samples/selvage-profile/feeds/product-page.jsonld")
        let found = try page(linked(String(decoding: json, as: UTF8.self)))
        let image = try #require(found.images.first)
        #expect(found.images.count == 1)
        #expect(image.address.description == "http://127.0.0.1:8080/img/fern-cushion-1.jpg")
        let expected: [Fact.Name: String] = [
            .productName: "Fern trellis cushion cover", .sku: "LW-CUSH-50-GRN",
            .gtin: "04012345123456", .category: "Home & Garden > Decor > Throw Pillows",
            .colourway: "Green", .brand: "Loomworks", .price: "24.90", .currency: "EUR",
            .availability: "InStock", .territory: "DE", .seller: "Loomworks GmbH",
        ]
        for (name, value) in expected { #expect(image.facts.best(name) == value) }
        #expect(
            image.facts.first { $0.name == .price }?.place
                == "https://shop.example/p/1.html#json-ld[0]/offers/0/price")
    }

    @Test(
        "The official schema.org examples are read",
        .enabled(if: hasShared, "the shared samples are not on this machine"),
        arguments: [
            ("eg-0010", "kenmore-microwave-17in.jpg", "55.00"),
            ("eg-0011", "dell-30in-lcd.jpg", "1250"),
            ("eg-0021", "mexico-beach.jpg", nil), ("eg-0208", "5fe6642", "4399.00"),
        ])
    func examples(name: String, file: String, price: String?) throws {
        let json = try sharedFile("samples/schema-org/\(name).jsonld")
        let found = try page(linked(String(decoding: json, as: UTF8.self)))
        let image = try #require(found.images.first)
        #expect(image.address.description.contains(file))
        #expect(image.facts.best(.price) == price)
    }

    @Test("In a graph, references between nodes are followed")
    func graph() throws {
        let found = try page(
            linked(
                """
                {"@context": {"schema": "https://schema.org/"}, "@graph": [
                 {"@type": "schema:Organization", "@id": "#org", "schema:name": "Loomworks",
                  "schema:vatID": "DE 123456789", "schema:url": "https://www.loomworks.example/",
                  "schema:globalLocationNumber": "4012345000009"},
                 {"@type": "ImageObject", "@id": "#pic", "contentUrl": "/fern.jpg"},
                 {"@type": ["schema:Product", "Thing"], "schema:name": {"@value": "Fern"},
                  "schema:image": {"@id": "#pic"},
                  "schema:offers": [{"@type": "schema:Offer", "schema:price": 24.5,
                    "schema:priceCurrency": "eur", "schema:seller": {"@id": "#org"}}]}]}
                """))
        let facts = try #require(found.images.first?.facts)
        #expect(facts.best(.productName) == "Fern")
        #expect(facts.best(.price) == "24.5")
        #expect(facts.best(.currency) == "EUR")
        #expect(facts.best(.seller) == "Loomworks")
        #expect(
            facts.values(of: .sellerIdentifier) == [
                "gln:4012345000009", "vat:DE123456789", "domain:loomworks.example",
            ])
    }

    @Test("A seller with a page on the marketplace is known by that page")
    func marketplace() throws {
        let found = try page(
            linked(
                """
                {"@type": "Product", "name": "Mug", "image": "/m.jpg", "offers": {"seller":
                 {"@type": "Organization", "name": "Fern Ltd", "@id": "https://www.market.example/shops/fern-ltd/"}}}
                """), at: "https://market.example/item/9")
        let facts = try #require(found.images.first?.facts)
        #expect(facts.best(.sellerIdentifier) == "seller:market.example/shops/fern-ltd")
    }

    @Test("On a page with several products each image has the facts of its own")
    func several() throws {
        let found = try page(
            "<meta property=og:site_name content=Loomworks><img src=/other.jpg>"
                + linked(
                    """
                    [{"@type": "Product", "name": "A", "image": ["/a.jpg"]},
                     {"@type": "http://schema.org/Product", "name": "B", "image": {"url": "/b.jpg"}}]
                    """))
        let names = found.images.map { [$0.address.target, $0.facts.best(.productName) ?? "-"] }
        #expect(names == [["/a.jpg", "A"], ["/b.jpg", "B"], ["/other.jpg", "-"]])
        #expect(found.images.allSatisfy { $0.facts.best(.seller) == "Loomworks" })
        #expect(found.facts.best(.productName) == nil)
    }

    @Test("On a page with one product every image has its facts, JSON-LD before OpenGraph")
    func single() throws {
        let found = try page(
            """
            <meta property="og:type" content="product"><meta property="og:title" content="Fern!">
            <meta property="product:price:amount" content="29,90">
            <meta property="product:price:currency" content="EUR"><img src=/side.jpg>
            """ + linked("{\"@type\": \"Product\", \"name\": \"Fern\", \"image\": \"/a.jpg\"}"))
        #expect(found.images.map { $0.facts.best(.productName) } == ["Fern", "Fern"])
        #expect(found.facts.values(of: .productName) == ["Fern", "Fern!"])
        #expect(found.images.map { $0.facts.best(.price) } == ["29.90", "29.90"])
    }

    @Test("Microdata gives the same facts with its own source")
    func microdata() throws {
        let found = try page(
            """
            <div itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>Fern <b>cushion</b></h1>
            <div><img itemprop="image" src=/f.jpg></div>
            <div itemprop=brand itemscope itemtype="https://schema.org/Brand"><span itemprop=name>Loom</span></div>
            <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
            <span itemprop=price content="24.90">24,90 €</span><meta itemprop=priceCurrency content=EUR>
            <link itemprop=availability href="https://schema.org/InStock"></div></div>
            <p itemprop=name>outside</p>
            """)
        let image = try #require(found.images.first)
        #expect(image.form == .microdata)
        #expect(image.facts.best(.productName) == "Fern cushion")
        #expect(image.facts.best(.brand) == "Loom")
        #expect(image.facts.best(.price) == "24.90")
        #expect(image.facts.best(.availability) == "InStock")
        #expect(image.facts.filter { $0.name == .price }.map(\.source) == [.microdata])
    }

    @Test(
        "Broken linked data is skipped, what stands beside it is read",
        arguments: [
            "{\"@type\": \"Product\", ", "[[[[", "null", "<!-- nothing -->", "\u{0}",
        ])
    func broken(block: String) throws {
        let good = linked(
            "//<![CDATA[\n{\"@type\":\"Product\",\"name\":\"A\",\"image\":\"/a.jpg\",}\n//]]>")
        #expect(try page(linked(block) + good).images.first?.facts.best(.productName) == "A")
    }

    @Test("Territories are country codes wherever the offer names them")
    func territories() throws {
        let found = try page(
            linked(
                """
                {"@type": "Product", "name": "A", "image": "/a.jpg", "offers": {"eligibleRegion":
                ["fr", "DE-BY", "Everywhere"], "areaServed": {"@type": "Country", "name": "GB"},
                "shippingDetails": {"shippingDestination": [{"addressCountry": ["CH", "AT"]}]}}}
                """))
        #expect(found.facts.values(of: .territory) == ["FR", "DE", "GB", "CH", "AT"])
    }
}
