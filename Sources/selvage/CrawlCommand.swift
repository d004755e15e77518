// `selvage crawl`: crawl sites without a catalogue, and list what is there.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import SelvageTypes

struct CrawlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crawl",
        abstract: "Crawl sites without a catalogue: every page, and every image with --images.",
        subcommands: [CrawlRunCommand.self, CrawlListCommand.self, CrawlCheckCommand.self],
        defaultSubcommand: CrawlRunCommand.self)
}

struct CrawlRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Crawl (what `selvage crawl` does when nothing else is named).",
        discussion: """
            Starts at the given addresses and follows links within their hosts. What is to fetch and \
            what was fetched stands in the folder, so a crawl that was stopped or killed goes on \
            with the same command. The same command after a complete crawl begins a new one, in \
            which what has not changed is not sent again (--full, --warc: all is); an image that no \
            page names any more stays listed as long as its server has it. With --images the images \
            are fetched too, wherever they lie, and `images.sha256` lists `sha256 TAB address` of \
            each.

            Exit status: 0 complete, 1 stopped or failed, 2 wrong usage. Hosts that could not be \
            crawled stand in the table of what was not checked.

            Examples:
              selvage crawl https://shop.example/ --out shop
              selvage crawl seeds.txt --out archive --images --connections 64
              selvage crawl http://127.0.0.1:8080/ --out here --allow 127.0.0.0/8 --delay 0
              selvage crawl list --out shop
            """)

    @Argument(
        help: ArgumentHelp(
            "Addresses, or files with one address a line (`-` for standard input).",
            valueName: "address or list"))
    var seeds: [String]

    @Option(help: ArgumentHelp("The crawl's folder; made when missing.", valueName: "folder"))
    var out: String

    @Flag(help: "Fetch the images that pages name, and write images.sha256.")
    var images = false

    @Flag(help: "Keep all that was fetched, and write it as crawl.warc.gz (WARC 1.1).")
    var warc = false

    @Flag(help: "Fetch all in full, also what has not changed since the last crawl.")
    var full = false

    @Option(
        help: ArgumentHelp(
            "The pause between two requests to a host.", valueName: "milliseconds"))
    var delay = 1000

    @Option(
        help: ArgumentHelp(
            "Requests at once, all hosts together; never more than two to a host.",
            valueName: "number"))
    var connections = 64

    @Option(help: ArgumentHelp("Links from a seed that are followed.", valueName: "number"))
    var depth = 1000

    @Option(help: ArgumentHelp("Pages that are read at most.", valueName: "number"))
    var pages: Int?

    @Option(
        help: ArgumentHelp(
            "A private range that may be reached, CIDR[:port]; may be repeated.", valueName: "range"
        ))
    var allow: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where an operator reaches you, an address or mailto:; part of the User-Agent.",
            valueName: "address"))
    var contact: String?

    @Flag(help: "Say also what the run did on the network: requests, answers, times, hosts.")
    var stats = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...3_600_000).contains(delay) else {
            throw ValidationError("--delay is in milliseconds, 0 to 3600000.")
        }
        guard (1...4096).contains(connections) else {
            throw ValidationError("--connections is a number from 1 to 4096.")
        }
        guard depth >= 0, pages ?? 1 > 0 else {
            throw ValidationError("--depth is 0 or more, --pages 1 or more.")
        }
    }

    func run() async throws {
        var settings = CrawlRun.Settings(seeds: try seedList())
        settings.takesImages = images
        settings.keepsBodies = warc
        settings.refetches = full
        settings.delayInMilliseconds = delay
        settings.connections = connections
        settings.depth = depth
        settings.pages = pages
        settings.allow = try allow.map(ScanCommand.range)
        settings.contact = contact
        let report = try await stoppable { [settings, out, images, warc] in
            let store = try CrawlFolder.store(out, for: "crawl")
            StartupPages.giveBack()
            let report = try await CrawlRun(settings, store: store).run {
                Terminal.progress($0.lines(atMost: 8))
            }
            Terminal.endProgress()
            if images { try await CrawlFolder.writeDigests(of: store, in: out) }
            if warc { try await CrawlFolder.writeArchive(of: store, in: out) }
            return report
        }
        if output.json { return try Terminal.json(report) }
        Self.print(report)
        if stats { ScanPrinter.print(report.statistics) }
    }

    private func seedList() throws -> SeedList {
        do {
            return try SeedList(seeds)
        } catch let error as SeedError {
            throw Failure.usage(error.detail)
        }
    }

    private static func print(_ report: CrawlRun.Report) {
        let counts = report.counts
        let megabytes = (Double(counts.bytes) / 1_000_000).formatted(
            .number.precision(.fractionLength(1)))
        Terminal.line(
            "\(ScanPrinter.count(counts.pagesDone, "page")), \(ScanPrinter.count(counts.imagesDone, "image")), \(megabytes) MB in \(ScanPrinter.count(report.statistics.requests, "request"))."
        )
        if report.linksIntoTraps > 0 {
            let links = ScanPrinter.count(report.linksIntoTraps, "link")
            Terminal.line("Left alone: \(links) into endless spaces.")
        }
        ScanPrinter.printNotChecked(report.coverage)
    }
}
