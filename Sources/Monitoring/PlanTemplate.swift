// The plan that `selvage plan new` prints, and a plan in one line.

/// The plan that a rights holder fills in.
public enum PlanTemplate {
    /// A plan with every key that is read and a comment where one helps.
    public static func text(name: String, seed: String, catalogue: String) -> String {
        """
        plan: \(name)
        catalogue: \(catalogue)                # a catalogue's folder, relative to this file
        agreements: agreements                # a folder with *.jsonld and parties.json; or `report` below
        seeds:
          - {url: "\(seed)", kind: web}       # web, sitemap, rss or epcis
        # schedule: {cron: "0 3 * * *", timezone: Europe/Paris}
        scope:
          # hosts: ["*.shop.example"]         # without it: the seeds' hosts
          exclude: ["/cart", "/account"]
          depth: 5
          pages: 2000
          images: 10000
          bytes: 2GiB
          time: 1h
        politeness: {delay: 1s, connections: 2, robots: obey, contact: "mailto:scans@studio.example"}
        # network: {allow: ["10.0.0.0/8"]}    # private ranges that may be reached; none without it
        # recrawl: conditional                # full; conditional: known pages are asked whether they changed; adaptive: when it is likely
        # facts: {territory: FR, channel: web-shop}
        # report: {server: "https://licences.example/", secret: licensing-webhook}
        """
    }
}

extension Plan {
    /// The plan in one line for people.
    public var summary: String {
        let start = seeds.count == 1 ? "1 seed" : "\(seeds.count) seeds"
        let when = schedule.map { "due at \($0.cron) \($0.timezone)" } ?? "runs on demand"
        let told = report.server.map { "reports to \($0)" } ?? "reports to nobody"
        return "\(start), at most \(scope.pages) pages and \(scope.images) images, \(when), \(told)"
    }
}
