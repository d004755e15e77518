// An image that its first bytes rule out is left, counted, and never taken for one that was seen.

import SelvageTypes
import Testing

@testable import Crawling

@Suite("Images that are left")
struct ImageScreenTests {
    /// The first bytes of a GIF (GIF89a, 18: the logical screen), filled up.
    private func gif(_ width: UInt8, _ height: UInt8) -> SimulatedWeb.Answer {
        let head = [UInt8]("GIF89a".utf8) + [width, 0, height, 0, 0x70, 0, 0]
        return .page(
            String(decoding: head, as: UTF8.self) + String(repeating: "pattern ", count: 40),
            headers: [
                HeaderField("Content-Type", "image/gif"), HeaderField("ETag", "\"\(width)\""),
            ])
    }

    @Test("An icon is counted as too small and leaves no capture; a picture is looked at")
    func icons() throws {
        let pages: [String: SimulatedWeb.Answer] = [
            "http://shop.example/": .page("<img src=/pixel.gif><img src=/cloth.gif>"),
            "http://shop.example/pixel.gif": gif(1, 1),
            "http://shop.example/cloth.gif": gif(64, 48),
        ]
        let store = MemoryStore()
        var screen = ImageScreen()
        screen.leastSide = 32
        let summary = try crawl(SimulatedWeb(Simulation(), pages: pages), store: store) {
            $0.screen = screen
        }
        #expect(summary.isComplete && summary.counts.imagesDone == 2)
        #expect(summary.coverage.first?.images == 1)
        #expect(summary.coverage.first?.notChecked == [.tooSmall: 1])
        let whole = try crawl(SimulatedWeb(Simulation(), pages: pages), store: MemoryStore())
        #expect(whole.coverage.first?.images == 2 && whole.coverage.first?.notChecked == [:])
    }
}
