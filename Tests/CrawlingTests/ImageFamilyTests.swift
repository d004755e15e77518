// One picture in many sizes: which addresses are surely one, and which of them is fetched.

import SelvageTypes
import Testing

@testable import Crawling

@Suite struct ImageFamilyTests {
    private func best(_ addresses: [String]) throws -> [String] {
        try addresses.map {
            ImageReference(
                address: try #require(WebAddress("https://a.example\($0)")), form: .imgSrc)
        }.bestOfFamilies().map(\.address.target)
    }

    @Test(
        "Of the sizes of one picture the largest useful one is fetched",
        arguments: [
            (["/i?id=1&w=320&q=70", "/i?id=1&w=1280", "/i?id=1&w=3000"], ["/i?id=1&w=1280"]),
            (["/a.jpg?imwidth=300", "/a.jpg?imwidth=156"], ["/a.jpg?imwidth=300"]),
            (["/a.jpg?width=400&dpr=2", "/a.jpg?width=400"], ["/a.jpg?width=400&dpr=2"]),
            (
                ["/cdn/shop/files/print_400x.jpg", "/cdn/shop/files/print_1024x.jpg"],
                ["/cdn/shop/files/print_1024x.jpg"]
            ),
            (
                ["/cdn/shop/files/print_100x.jpg", "/cdn/shop/files/print.jpg"],
                ["/cdn/shop/files/print.jpg"]
            ),
            (
                ["/wp-content/uploads/p-300x200.jpg", "/wp-content/uploads/p-1024x683.jpg"],
                ["/wp-content/uploads/p-1024x683.jpg"]
            ),
            (
                ["/image/upload/w_200,c_limit/v1/a.jpg", "/image/upload/w_900,c_limit/v1/a.jpg"],
                ["/image/upload/w_900,c_limit/v1/a.jpg"]
            ),
            (["/resize/300x200/a.jpg", "/resize/600x400/a.jpg"], ["/resize/600x400/a.jpg"]),
            (["/a.jpg?w=2400", "/a.jpg?w=4800"], ["/a.jpg?w=2400"]),
        ])
    func folded(named: [String], fetched: [String]) throws {
        #expect(try best(named) == fetched)
        #expect(try best(named.reversed()) == fetched)
    }

    @Test(
        "What may be different pictures is fetched each",
        arguments: [
            ["/a.jpg?w=300&h=300", "/a.jpg?w=800&h=400"], ["/a-140x220.jpg", "/a-200x300.jpg"],
            ["/tablecloth_140x220.jpg", "/tablecloth_200x300.jpg"],
            ["/a.jpg?v=300", "/a.jpg?v=600"],
            ["/a.jpg?id=1&w=300", "/a.jpg?id=2&w=300"], ["/300/a.jpg", "/600/a.jpg"],
            ["/a.jpg?w=300&fit=crop", "/a.jpg?w=600&fit=fill"], ["/a-1.jpg", "/a-2.jpg"],
            ["/wp-content/uploads/p-150x150.jpg", "/wp-content/uploads/p-300x200.jpg"],
            ["/cdn/shop/files/a_400x.jpg", "/cdn/shop/files/b_800x.jpg"],
        ])
    func kept(named: [String]) throws {
        #expect(try best(named) == named)
    }

    @Test("Facts and texts of all sizes stay with the one that is fetched, which names the others")
    func merged() throws {
        let small = try #require(WebAddress("https://a.example/a.jpg?w=100"))
        let large = try #require(WebAddress("https://a.example/a.jpg?w=900"))
        let price = Fact(.price, "12.50", source: .jsonLD, place: "p")
        let references = [
            ImageReference(address: small, form: .jsonLD, text: "fern", facts: [price]),
            ImageReference(address: large, form: .srcset),
        ].bestOfFamilies()
        #expect(references.count == 1)
        #expect(references[0].address == large && references[0].sizes == [small])
        #expect(references[0].facts == [price] && references[0].text == "fern")
    }

    @Test("A crawl fetches the best size once, or all when it is told to")
    func crawled() throws {
        let sizes = [320, 640, 1280, 2560].map { "/i?n=1&w=\($0)" }
        for choice in [ImageChoice.best, .all] {
            let web = SimulatedWeb(
                Simulation(), pages: ["http://shop.example/": page([], images: sizes)])
            _ = try crawl(web) { $0.imageChoice = choice }
            let asked = web.asked.filter { $0.contains("/i?") }.map { String($0.dropFirst(19)) }
            #expect(asked.sorted() == (choice == .best ? ["/i?n=1&w=1280"] : sizes.sorted()))
        }
    }
}
