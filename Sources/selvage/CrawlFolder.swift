// The folder of a crawl: its store, what lists it, and what checks it.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import SelvageTypes

/// The folder of a crawl.
enum CrawlFolder {
    /// Opens the store of a crawl's folder, which is made when it is missing.
    ///
    /// It holds no findings, only what can be fetched again: no end of the process loses anything,
    /// but a loss of power may have the last seconds fetched once more.
    static func store(_ folder: String, for purpose: String) throws -> SelvageStore {
        umask(0o077)
        var settings = StoreSettings()
        settings.durability = .normal
        return try SelvageStore(in: DataFolder(folder, purpose: purpose), settings: settings)
    }

    /// The store of a crawl that was begun, and its newest scan.
    static func existing(_ folder: String) async throws -> (SelvageStore, ScanRecord) {
        guard FileManager.default.fileExists(atPath: "\(folder)/selvage.sqlite") else {
            throw Failure("\(folder): no crawl was begun in this folder")
        }
        let store = try store(folder, for: "crawl list")
        guard let scan = try await store.newestScan(ofPlan: CrawlRun.plan) else {
            throw Failure("\(folder): no crawl was begun in this folder")
        }
        return (store, scan)
    }

    /// Writes `images.sha256`, whole or not at all.
    static func writeDigests(of store: SelvageStore, in folder: String) async throws {
        guard let scan = try await store.newestScan(ofPlan: CrawlRun.plan) else { return }
        let file = try WholeFile("\(folder)/images.sha256")
        try await store.forEachFetched(scan, kinds: [.image]) { image in
            guard image.problem == nil, let digest = image.digest else { return }
            try file.write(Array("\(digest.hex)\t\(image.address)\n".utf8))
        }
        try file.close()
    }

    /// Writes `crawl.warc.gz`, whole or not at all, and gives up the kept bodies.
    static func writeArchive(of store: SelvageStore, in folder: String) async throws {
        guard let scan = try await store.newestScan(ofPlan: CrawlRun.plan) else { return }
        let file = try WholeFile("\(folder)/crawl.warc.gz")
        try await CrawlRun.archive(scan, of: store, named: "crawl.warc.gz") { try file.write($0) }
        try file.close()
        try await store.dropBodies(scan)
    }
}

/// A file that is there whole or not at all: written beside its place, then moved there.
final class WholeFile: @unchecked Sendable {
    // Used by one task at a time: whoever makes it writes and closes it.
    private let path: String
    private let handle: UnsafeMutablePointer<FILE>

    init(_ path: String) throws {
        guard let handle = fopen(path + ".new", "w") else { throw Self.failure(path) }
        self.path = path
        self.handle = handle
    }

    func write(_ bytes: [UInt8]) throws {
        guard fwrite(bytes, 1, bytes.count, handle) == bytes.count else {
            throw Self.failure(path)
        }
    }

    func close() throws {
        let isKept = fflush(handle) == 0 && fsync(fileno(handle)) == 0
        let failure = Self.failure(path)
        fclose(handle)
        guard isKept, rename(path + ".new", path) == 0 else { throw failure }
    }

    private static func failure(_ path: String) -> Failure {
        Failure("\(path): cannot be written; \(String(cString: strerror(errno)))")
    }
}

struct CrawlListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a crawl fetched and what it could not.",
        discussion: """
            One address a line: status, kind, bytes (- without --warc), SHA-256 of the body (- when \
            none came), the address, and why it was not looked at.

            Example:
              selvage crawl list --out shop
            """)

    @Option(help: ArgumentHelp("The crawl's folder.", valueName: "folder"))
    var out: String

    @Flag(help: "Only addresses that were fetched and looked at.")
    var fetched = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (store, scan) = try await CrawlFolder.existing(out)
        try await store.forEachFetched(scan) { [fetched, output] row in
            if fetched, row.problem != nil || row.digest == nil { return }
            if output.json { return try Terminal.json(row) }
            Terminal.line(
                "\(row.status)\t\(row.kind.rawValue)\t\(row.length.map(String.init) ?? "-")\t\(row.digest?.hex ?? "-")\t"
                    + "\(row.address)\t\(row.problem?.rawValue ?? "")")
        }
    }
}

struct CrawlCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look through a crawl's folder for damage.",
        discussion: """
            Exit status: 0 sound, 1 damaged or unreadable.

            Example:
              selvage crawl check --out shop
            """)

    @Option(help: ArgumentHelp("The crawl's folder.", valueName: "folder"))
    var out: String

    func run() async throws {
        guard FileManager.default.fileExists(atPath: "\(out)/selvage.sqlite") else {
            throw Failure("\(out): no crawl was begun in this folder")
        }
        let problems = try await CrawlFolder.store(out, for: "crawl check").checkIntegrity()
        guard problems.isEmpty else {
            throw Failure("\(out)/selvage.sqlite is damaged: \(problems.joined(separator: "; "))")
        }
        Terminal.line("\(out): sound")
    }
}
