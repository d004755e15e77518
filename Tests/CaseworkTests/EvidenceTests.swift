// What an evidence file promises: the same bytes again, readable by others, and no silent change.

import Foundation
import SelvageTypes
import Testing

@testable import Casework

@Suite("Evidence")
struct EvidenceTests {
    private func bundle(_ fern: Fixtures.Case) throws -> EvidenceBundle {
        try EvidenceBundle(
            finding: fern.finding, pages: [fern.page], images: [fern.image], asset: fern.asset)
    }

    private func records(_ bytes: [UInt8]) throws -> [WARCRecord] {
        var reader = WARCReader(bytes)
        var records: [WARCRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test("The same captures give the same file, in whatever order and however often they come")
    func deterministic() throws {
        let fern = try Fixtures.fern()
        var sealed = fern.finding
        sealed.evidence = Digest(of: "an older bundle")
        let again = try EvidenceBundle(
            finding: sealed, pages: [fern.image, fern.page], images: [fern.page, fern.image],
            asset: fern.asset)
        #expect(again.bytes == (try bundle(fern)).bytes)
    }

    @Test("A bundle tells what it holds, and gives back the image by digest and by address")
    func contents() throws {
        let fern = try Fixtures.fern()
        let bundle = try bundle(fern)
        let report = try EvidenceBundle.verify(bundle.bytes, expecting: bundle.digest)
        #expect(
            report.records.map(\.kind) == [
                "warcinfo", "response", "request", "response", "request", "response", "request",
                "metadata", "resource",
            ])
        #expect(report.finding == fern.finding)
        #expect(
            try EvidenceBundle.body(with: fern.image.digest, in: bundle.bytes) == fern.image.body)
        let cdn = try Fixtures.address("https://shop.example/cdn/x.jpg")
        #expect(try EvidenceBundle.body(of: cdn, in: bundle.bytes) == fern.image.body)
        #expect(try EvidenceBundle.body(with: Digest(of: "other"), in: bundle.bytes) == nil)
    }

    @Test("Codings that the kept body no longer has are renamed in the head, the rest is untouched")
    func archivedHead() throws {
        let fern = try Fixtures.fern()
        let records = try records(try bundle(fern).bytes)
        let page = try #require(
            records.first { $0.label == "response https://shop.example/products/x" })
        let head = try #require(page.head)
        let text = String(head.map { Character(UnicodeScalar($0)) })
        #expect(
            text == "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                + "X-Crawler-Content-Encoding: gzip\r\nX-Crawler-Transfer-Encoding: chunked\r\n"
                + "X-Seller: Mori\u{e9}\r\nContent-Length: \(fern.page.body.count)\r\n\r\n")
        let image = try #require(
            records.first { $0.label == "response https://shop.example/cdn/x.jpg" })
        #expect(
            try #require(image.head).elementsEqual(fern.image.hops[1].responseHead.utf8),
            "a head that fits its body stays byte for byte")
        let redirect = try #require(
            records.first { $0.label == "response https://shop.example/img/x.jpg" })
        #expect(redirect.fields.first("WARC-Truncated") == "unspecified")
        #expect(redirect.fields.first("WARC-IP-Address") == "2001:db8::7")
    }

    @Test("A capture that came over HTTP/2 says so beside heads in the form of HTTP/1.1")
    func overHTTP2() throws {
        var hop = try Fixtures.hop("https://shop.example/", 200, "HTTP/1.1 200 \r\n\r\n")
        hop.wireProtocol = "h2"
        let fern = try Fixtures.fern()
        var writer = WARCWriter()
        try writer.append(Fixtures.capture([hop], [1], at: fern.page.began))
        try writer.append(fern.page)
        let records = try records(writer.bytes)
        #expect(records.prefix(2).map { $0.fields.first("WARC-Protocol") } == ["h2", "h2"])
        #expect(records.dropFirst(2).allSatisfy { $0.fields.first("WARC-Protocol") == nil })
    }

    @Test(
        "warcio, which we did not write, finds every digest right",
        .enabled(if: Python.has("warcio"), "the Python package warcio is not installed"))
    func warcio() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).warc.gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(try bundle(Fixtures.fern()).bytes).write(to: file)
        let check = try Python.run(["-m", "warcio.cli", "check", "-v", file.path])
        #expect(check.status == 0, "\(check.output)")
        let passes = check.output.split(separator: "\n").filter { $0.contains("digest pass") }
        #expect(passes.count == 9, "\(check.output)")
        let index = try Python.run(
            ["-m", "warcio.cli", "index", "-f", "warc-type,http:content-length", file.path])
        #expect(index.output.contains(#""http:content-length": "500""#), "\(index.output)")
    }

    @Test("Not one byte can be changed, cut off or added without it being said")
    func everyByte() throws {
        let bundle = try bundle(Fixtures.fern())
        // Every seventh, with another bit each time: all of them take a minute in a debug build.
        for index in stride(from: 0, to: bundle.bytes.count, by: 7) {
            var altered = bundle.bytes
            altered[index] ^= 1 << UInt8(index % 8)
            #expect(throws: EvidenceError.self, "byte \(index)") {
                try EvidenceBundle.verify(altered, expecting: bundle.digest)
            }
        }
        for length in stride(from: 0, to: bundle.bytes.count, by: 97) {
            #expect(throws: EvidenceError.self, "cut to \(length)") {
                try EvidenceBundle.verify(
                    Array(bundle.bytes.prefix(length)), expecting: bundle.digest)
            }
        }
        #expect(throws: EvidenceError.self) {
            try EvidenceBundle.verify(bundle.bytes + [0], expecting: bundle.digest)
        }
    }

    @Test("A body that was exchanged inside a repaired file is named")
    func exchangedBody() throws {
        let bundle = try bundle(Fixtures.fern())
        var forged: [UInt8] = []
        var offset = 0
        while offset < bundle.bytes.count {
            var (content, end) = try Gzip.unpack(
                bundle.bytes, at: offset, limitInBytes: 1 << 20)
            if let title = content.firstRange(of: Array("Fern cushion".utf8)),
                content.firstRange(of: Array("WARC-Type: response".utf8)) != nil
            {
                content.replaceSubrange(title, with: Array("Moss cushion".utf8))
            }
            forged += try #require(Gzip.member(content))
            offset = end
        }
        let number = 6
        let error = #expect(throws: EvidenceError.self) {
            try EvidenceBundle.verify(forged, expecting: bundle.digest)
        }
        #expect(error?.reason == .payloadDigestDiffers(record: number))
        #expect(
            error?.detail
                == "record \(number) (response https://shop.example/products/x): "
                + "payload digest differs")
    }

    @Test("A file that is whole but not the one that was sealed is refused")
    func anotherFile() throws {
        let sealed = try bundle(Fixtures.fern())
        let other = try bundle(Fixtures.fern(title: "Moss cushion"))
        let error = #expect(throws: EvidenceError.self) {
            try EvidenceBundle.verify(other.bytes, expecting: sealed.digest)
        }
        #expect(error?.reason == .wholeDiffers(expected: sealed.digest, found: other.digest))
    }

    @Test("A finding whose image is not in the file is incomplete")
    func incomplete() throws {
        let fern = try Fixtures.fern()
        let bundle = try EvidenceBundle(finding: fern.finding, pages: [fern.page], images: [])
        let error = #expect(throws: EvidenceError.self) {
            try EvidenceBundle.verify(bundle.bytes, expecting: bundle.digest)
        }
        #expect(error?.reason == .incomplete)
    }

    @Test("A record that would unpack to more than the limit ends the reading")
    func bomb() throws {
        let bomb = try #require(Gzip.member([UInt8](repeating: 0, count: 8 << 20)))
        var limits = WARCReader.Limits()
        limits.recordInBytes = 1 << 20
        var reader = WARCReader(bomb, limits: limits)
        let error = #expect(throws: EvidenceError.self) { try reader.next() }
        #expect(error?.reason == .tooLarge(limitInBytes: 1 << 20))
    }

    @Test("Foreign text cannot begin a field or a record of its own")
    func injection() throws {
        var writer = WARCWriter()
        try writer.append(
            kind: "metadata", address: "urn:x\r\nWARC-Type: response", date: Fixtures.seen,
            contentType: "text/plain", block: [],
            further: [HeaderField("WARC-Filename", "a\r\n\r\nWARC/1.1")])
        let record = try #require(try records(writer.bytes).first)
        #expect(record.kind == "metadata")
        #expect(record.address == "urn:x%0D%0AWARC-Type:%20response")
    }

    @Test(
        "Files that warcio's authors wrote are read",
        .enabled(if: Shared.file("samples/warc/example.warc.gz") != nil, "no shared samples"))
    func foreignFile() throws {
        let file = try #require(Shared.file("samples/warc/example.warc.gz"))
        let records = try records(Array(Data(contentsOf: file)))
        #expect(records.map(\.kind).contains("response"))
        let response = try #require(records.first { $0.kind == "response" })
        #expect(response.address == "http://example.com/")
        #expect(!response.payload.isEmpty)
    }
}
