// What SVG promises: drawn as it says, from its own bytes alone, in bounded time and size.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Drawings", .enabled(if: Material.hasProbe, "needs the built DecodeWorkerProbe"))
struct DrawingTests {
    private let head =
        "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"

    private func outcome(
        _ pool: DecoderPool, _ bytes: [UInt8]
    ) async -> (Picture?, DecodeError.Reason?) {
        do throws(DecodeError) {
            return (try await pool.decode(bytes), nil)
        } catch {
            return (nil, error.reason)
        }
    }

    private func drawn(_ text: String) async throws -> Picture {
        let pool = DecoderPool(executable: Material.probe, workers: 1)
        defer { pool.shutDown() }
        return try await pool.decode(Array(text.utf8))
    }

    private func colour(_ picture: Picture, _ x: Int, _ y: Int) -> [UInt8] {
        Array(picture.pixels[(y * picture.width + x) * 3..<(y * picture.width + x) * 3 + 3])
    }

    @Test("Shapes lie where they were drawn, over white")
    func shapes() async throws {
        let picture = try await drawn(
            """
            <svg \(head) width='40' height='20'><rect x='10' width='10' height='20' fill='#204060'/>
            <rect x='20' width='20' height='20' fill='#f00' fill-opacity='0.5'/></svg>
            """)
        #expect(picture.width == 40 && picture.height == 20)
        #expect(colour(picture, 3, 3) == [255, 255, 255])
        #expect(colour(picture, 15, 10) == [0x20, 0x40, 0x60])
        let half = colour(picture, 30, 10)
        #expect(half[0] == 255 && abs(Int(half[1]) - 127) <= 1 && half[1] == half[2])
    }

    @Test(
        "A drawing is as large as it says, in any unit, and at most 4,096 pixels long",
        arguments: [
            ("width='30' height='20px'", 30, 20), ("width='1in' height='0.5in'", 96, 48),
            ("width='25.4mm' height='2.54cm'", 96, 96), ("viewBox='0 0 70 35'", 70, 35),
            ("width='140' viewBox='0,0,70,35'", 140, 70),
            ("width='100%' height='100%' viewBox='-5 -5 12 8'", 12, 8), ("", 300, 150),
            ("width='100000' height='50000'", 4096, 2048), ("width='0.2' height='-4'", 1, 150),
            ("width='1e308' height='1e308'", 4096, 4096), ("width='nan' height='inf'", 300, 150),
        ])
    func sizes(attributes: String, width: Int, height: Int) throws {
        let header = try ImageHeader(Array("<svg \(head) \(attributes)></svg>".utf8))
        #expect(header.format == .svg)
        #expect(header.width == width && header.height == height)
    }

    @Test(
        "SVG is known by its root element, whatever stands before it",
        arguments: [
            "\u{feff}<svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0'?>\n<!-- <svg> -->\n<svg xmlns='http://www.w3.org/2000/svg'></svg>",
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/x>y' [<!ENTITY a ']>'>]>"
                + "<s:svg xmlns:s='http://www.w3.org/2000/svg'></s:svg>",
        ])
    func known(text: String) throws {
        #expect(try ImageHeader(Array(text.utf8)).format == .svg)
    }

    @Test(
        "What only mentions SVG is none",
        arguments: [
            "<html><body><svg></svg></body></html>", "<!-- <svg> -->", "<svgx>", "svg",
            "<!DOCTYPE svg",
            "<?xml <svg>", "",
        ])
    func unknown(text: String) {
        #expect(throws: DecodeError.self) { try ImageHeader(Array(text.utf8)) }
    }

    @Test("Packed SVG is refused as an unknown format")
    func packed() async throws {
        let pool = DecoderPool(executable: Material.probe, workers: 1)
        let (_, why) = await outcome(pool, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
        #expect(why == .unknownFormat)
        pool.shutDown()
    }

    @Test("Filters and embedded pictures work in a confined child, and text leaves no trace")
    func rich() async throws {
        let dot = try PictureEncoder.png(Picture(width: 1, height: 1, red: 9, green: 99, blue: 199))
        let data = Data(dot).base64EncodedString()
        let picture = try await drawn(
            """
            <svg \(head) width='60' height='40'><filter id='b'><feGaussianBlur stdDeviation='3'/>
            </filter><image width='20' height='20' xlink:href='data:image/png;base64,\(data)'/>
            <rect x='30' y='10' width='20' height='20' filter='url(#b)'/>
            <text x='2' y='38' font-size='18' style='display:block'>MM</text></svg>
            """)
        #expect(colour(picture, 10, 10) == [9, 99, 199])
        #expect(colour(picture, 40, 20)[0] < 60)
        #expect(
            (0..<18).allSatisfy { x in (24..<40).allSatisfy { colour(picture, x, $0)[0] == 255 } })
        let edge = colour(picture, 30, 20)[0]
        #expect((60..<200).contains(edge))
    }

    @Test("Nothing outside the drawing's own bytes is shown")
    func external() async throws {
        let secret = Material.tests.appending(path: "Fixtures/la.png").path
        let picture = try await drawn(
            """
            <?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>
            <svg \(head) width='20' height='20'><image xlink:href='file://\(secret)' width='20'
            height='20'/><image xlink:href='http://127.0.0.1/a.png' width='20' height='20'/>
            <image xlink:href='\(secret)' width='20' height='20'/></svg>
            """)
        #expect(picture == Picture(width: 20, height: 20, red: 255, green: 255, blue: 255))
    }

    @Test("Drawings that never end, or break out of our rules, are ended and the next is decoded")
    func bombs() async throws {
        let doubled = (1..<28).map {
            "<g id='g\($0)'><use href='#g\($0 - 1)'/><use href='#g\($0 - 1)'/></g>"
        }.joined()
        let entities = (1..<10).map {
            "<!ENTITY a\($0) '\(String(repeating: "&a\($0 - 1);", count: 10))'>"
        }.joined()
        let blur = "<filter id='f'><feGaussianBlur stdDeviation='900'/></filter>"
        let rects = String(
            repeating: "<rect width='4000' height='4000' filter='url(#f)'/>", count: 200)
        let pool = DecoderPool(executable: Material.probe, workers: 1)
        for text in [
            "<svg \(head) width='90000' height='90000'><g id='g0'><rect width='9' height='9'/></g>"
                + "\(doubled)<use href='#g27'/></svg>",
            "<!DOCTYPE svg [<!ENTITY a0 'aaaaaaaaaa'>\(entities)]><svg \(head)><text>&a9;</text></svg>",
            "<svg \(head) width='4000' height='4000'>\(blur)\(rects)</svg>",
            "<svg \(head)>" + String(repeating: "<g>", count: 100_000),
            // librsvg lets this win over our rule, and then reaches for fonts in a new thread.
            "<svg \(head)><text y='9' style='display:inline!important'>a</text></svg>",
        ] {
            let (picture, why) = await outcome(pool, Array(text.utf8))
            // Whether such a drawing is refused or stopped half-way is librsvg's to say.
            #expect(picture != nil || why == .damaged || why == .timedOut || why == .crashed)
        }
        let png = try PictureEncoder.png(Picture(width: 3, height: 2, red: 1, green: 2, blue: 3))
        #expect(try await pool.decode(png).width == 3)
        pool.shutDown()
    }

    @Test("A worker that meets a drawing takes one new child for it, and keeps that one")
    func children() async throws {
        let pool = DecoderPool(executable: Material.probe, workers: 1)
        let png = try PictureEncoder.png(Picture(width: 3, height: 2, red: 1, green: 2, blue: 3))
        let svg = Array("<svg \(head) width='5' height='4'/>".utf8)
        for _ in 0..<5 {
            #expect(try await pool.decode(png).width == 3)
            #expect(try await pool.decode(svg).width == 5)
        }
        #expect(pool.started == 2)
        pool.shutDown()
    }
}
