// Heads of answers: what is read, what contradicts itself, what is too much.

import SelvageTypes
import Testing

@testable import Fetching

@Suite("Answers")
struct AnswerTests {
    private func reader(
        limits: FetchLimits = FetchLimits(), fields: [HeaderField] = [], message: [UInt8]? = nil,
        overflow: Exchange.Overflow = .fail
    ) throws -> AnswerReader {
        let address = try #require(WebAddress("http://shop.example/"))
        return AnswerReader(
            Exchange(
                address: address, fields: fields, message: message, limits: limits,
                overflow: overflow))
    }

    /// Feeds a head line by line, as libcurl does.
    private func feed(_ head: String, to reader: inout AnswerReader) -> AnswerReader.Step {
        let bytes = latin1Bytes(head)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            let step = bytes[start..<end].withUnsafeBytes { reader.take(line: $0) }
            if step != .goOn { return step }
            start = end
        }
        return .goOn
    }

    private func reason(
        _ fields: [String], status: String = "HTTP/1.1 200 OK", asked: [HeaderField] = []
    ) throws -> FetchError.Reason? {
        var reader = try reader(fields: asked)
        let head = ([status] + fields + ["", ""]).joined(separator: "\r\n")
        guard case .fail(let fault) = feed(head, to: &reader) else { return nil }
        return fault.reason
    }

    @Test("RFC 9112 5: a head is read with its fields, folded lines and odd bytes")
    func readsHead() throws {
        var reader = try reader()
        let text =
            "HTTP/1.1 200 OK\r\nA: b \r\n c\r\nETag:\t\"\u{80}\u{ff}\"\r\nN: a\0b\r\nodd\r\n\r\n"
        #expect(feed(text, to: &reader) == .goOn)
        let (head, body) = try reader.finish(isCut: false)
        #expect(head.status == 200)
        #expect(
            head.fields == [
                HeaderField("A", "b c"), HeaderField("ETag", "\"\u{80}\u{ff}\""),
                HeaderField("N", "a\0b"),
            ])
        #expect(head.text == text)
        #expect(body.bytes == [])
    }

    @Test(
        "RFC 9112 6.3: lengths that contradict each other are refused",
        arguments: [
            (["Content-Length: 5", "Content-Length: 91"], true),
            (["Content-Length: 5, 91"], true), (["Content-Length: -1"], true),
            (["Content-Length: 5x"], true), (["Content-Length: +5"], true),
            (["Content-Length: 99999999999999999999"], true),
            (["Content-Length: 5", "content-length: 5"], false), (["Content-Length: 5, 5"], false),
            (["Content-Length: 5", "Transfer-Encoding: chunked"], false),
            (["Transfer-Encoding: gzip, chunked"], true),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], true),
        ])
    func lengths(fields: [String], isRefused: Bool) throws {
        #expect(try reason(fields) == (isRefused ? .brokenAnswer : nil))
    }

    @Test(
        "A first line that is no status line of HTTP/1 is refused",
        arguments: [
            "HTTP/1.1 99999 Odd", "HTTP/1.1 600 Odd", "HTTP/1.1 099 Odd", "HTTP/1.1 20 OK",
            "HTTP/1.1 -20 OK", "HTTP/1.1  200 OK", "HTTP/1.1", "HTTP/2 200", "HTTP/9.9 200 OK",
            "ICY 200 OK", "", "<!doctype html>",
        ])
    func badStatusLines(line: String) throws {
        #expect(try reason([], status: line) == .brokenAnswer)
    }

    @Test(
        "Answers of any status are taken, also without words", arguments: [200, 204, 302, 404, 599])
    func goodStatusLines(status: Int) throws {
        #expect(try reason([], status: "HTTP/1.1 \(status)") == nil)
        #expect(try reason([], status: "HTTP/1.0 \(status) Some Words") == nil)
    }

    @Test("101, 206 and 304 are answers only to those who asked for them")
    func unasked() throws {
        #expect(try reason([], status: "HTTP/1.1 101 Switching") == .brokenAnswer)
        #expect(try reason([], status: "HTTP/1.1 206 Part") == .brokenAnswer)
        #expect(try reason([], status: "HTTP/1.1 304 Same") == .brokenAnswer)
        let range = [HeaderField("Range", "bytes=0-9")]
        #expect(try reason([], status: "HTTP/1.1 206 Part", asked: range) == nil)
        for name in ["If-None-Match", "if-modified-since"] {
            let condition = [HeaderField(name, "\"a\"")]
            #expect(try reason([], status: "HTTP/1.1 304 Same", asked: condition) == nil)
        }
    }

    @Test("Hints before the answer are skipped, and counted")
    func informational() throws {
        var reader = try reader()
        let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        #expect(feed(hint + hint, to: &reader) == .goOn)
        #expect(reader.head == nil)
        #expect(feed("HTTP/1.1 200 OK\r\n\r\n", to: &reader) == .goOn)
        #expect(reader.head?.text == "HTTP/1.1 200 OK\r\n\r\n")

        var flooded = try self.reader()
        let step = feed(String(repeating: hint, count: 17), to: &flooded)
        guard case .fail(let fault) = step else { throw fault(step) }
        #expect(fault.reason == .brokenAnswer)
    }

    private func fault(_ step: AnswerReader.Step) -> Fault {
        Fault(.brokenAnswer, "The reader said \(step).")
    }

    @Test("All header bytes count against one limit: hints, fields and trailers")
    func headerLimit() throws {
        var limits = FetchLimits()
        limits.headersInBytes = 200
        let trailer = "X: " + String(repeating: "x", count: 95) + "\r\n"
        var reader = try reader(limits: limits)
        #expect(feed("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", to: &reader) == .goOn)
        #expect(feed(trailer, to: &reader) == .goOn)
        guard case .fail(let fault) = feed(trailer, to: &reader) else { throw fault(.goOn) }
        #expect(fault.reason == .headersTooLarge(limitInBytes: 200))
        #expect(reader.head?.text == "HTTP/1.1 200 OK\r\n\r\n")
    }

    @Test("An announced length above the limit ends the answer before its body")
    func announcedLength() throws {
        var limits = FetchLimits()
        limits.bodyInBytes = 10
        var reader = try reader(limits: limits)
        let step = feed("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", to: &reader)
        guard case .fail(let fault) = step else { throw fault(step) }
        #expect(fault.reason == .tooLarge(limitInBytes: 10))
    }

    @Test("An answer whose head never ended is no answer")
    func unfinishedHead() throws {
        var reader = try reader()
        #expect(feed("HTTP/1.1 200 OK\r\n", to: &reader) == .goOn)
        #expect(throws: Fault.self) { try reader.finish(isCut: false) }
    }

    @Test("Of a redirect's body no more is read than keeps the connection")
    func redirectBody() throws {
        var reader = try reader()
        #expect(feed("HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n", to: &reader) == .goOn)
        let piece = [UInt8](repeating: 65, count: AnswerReader.redirectBodyLimit)
        #expect(piece.withUnsafeBytes { reader.take(body: $0) } == .goOn)
        #expect(piece.withUnsafeBytes { reader.take(body: $0) } == .enough)
        #expect(try reader.finish(isCut: true).body.bytes == [])
    }

    @Test("The answer to a message is cut, not refused")
    func cutAnswer() throws {
        var limits = FetchLimits()
        limits.bodyInBytes = 4
        var reader = try reader(limits: limits, message: [1], overflow: .cut)
        #expect(feed("HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n", to: &reader) == .goOn)
        #expect(Array("abcdef".utf8).withUnsafeBytes { reader.take(body: $0) } == .enough)
        #expect(try reader.finish(isCut: true).body.bytes == Array("abcd".utf8))
    }
}
