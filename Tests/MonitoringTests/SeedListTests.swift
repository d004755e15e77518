// Lists of addresses: what is read, in which order, and what is said about a bad line.

import Foundation
import SelvageTypes
import Synchronization
import Testing

@testable import Monitoring

@Suite struct SeedListTests {
    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "seeds-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func addresses(_ list: SeedList) async throws -> [String] {
        let seen = Mutex<[String]>([])
        try await list.forEachPiece { seeds in
            #expect(seeds.count <= 8192)
            seen.withLock { $0 += seeds.map(\.address.description) }
        }
        return seen.withLock { $0 }
    }

    @Test("Addresses and files are read in order, comments and white space are not")
    func order() async throws {
        let path = try file("# shops\r\n\n  http://b.example/1 \r\n\thttp://c.example:81/2")
        let list = try SeedList(["http://a.example/", path, "https://d.example/"])
        let expected = [
            "http://a.example/", "http://b.example/1", "http://c.example:81/2",
            "https://d.example/",
        ]
        #expect(try await addresses(list) == expected)
        #expect(try await addresses(list) == expected)
        #expect(list.count == 4)
        #expect(list.hosts == ["a.example", "b.example", "c.example", "d.example"])
        #expect(list.origins.contains("http://c.example:81"))
    }

    @Test("A long list comes in pieces, whole, and its digest is that of its addresses")
    func long() async throws {
        let lines = (0..<30_000).map { "http://h\($0 % 100).example/\($0)" }
        let list = try SeedList([file(lines.joined(separator: "\n"))])
        #expect(try await addresses(list) == lines)
        let again = try SeedList([file("# again\n" + lines.joined(separator: "\r\n") + "\n")])
        #expect(again.digest == list.digest)
        #expect(list.digest == SeedList(lines.compactMap { WebAddress($0) }).digest)
        let other = try SeedList([file(lines.dropLast().joined(separator: "\n"))])
        #expect(other.digest != list.digest)
    }

    @Test("A list that has been removed after it was read is still there for its crawl")
    func removed() async throws {
        let path = try file("http://a.example/\n")
        let list = try SeedList([path])
        try FileManager.default.removeItem(atPath: path)
        #expect(try await addresses(list) == ["http://a.example/"])
    }

    @Test("What is no plain file is copied, so that it can be read twice")
    func pipe() async throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("http://a.example/\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let list = try SeedList([path])
        #expect(try await addresses(list) == ["http://a.example/"])
        #expect(try await addresses(list) == ["http://a.example/"])
    }

    @Test("A bad line, an empty list and a missing file are named")
    func bad() throws {
        let path = try file("http://a.example/\nftp://b.example/\n")
        #expect(
            throws: SeedError(
                detail: "\(path), line 2: `ftp://b.example/` is not an http or https address")
        ) { try SeedList([path]) }
        #expect(throws: SeedError.self) { try SeedList([file("# nothing\n")]) }
        let missing = "/nowhere/list"
        #expect(
            throws: SeedError(
                detail: "\(missing): neither an http or https address nor a file that can be read")
        ) { try SeedList([missing]) }
        #expect(throws: SeedError.self) { try SeedList(["/"]) }
        let endless = try file("http://a.example/" + String(repeating: "a", count: 200_000))
        #expect(throws: SeedError.self) { try SeedList([endless]) }
    }
}
