// Reads a plan's YAML file and says, by line, everything that is wrong with it.

internal import SelvageTypes
internal import Foundation
internal import Fetching
internal import Yams

/// Reads plans.
public struct PlanReader {
    private let list: ProblemList
    private let folder: String

    /// A plan with the notes that were made while it was read.
    public struct Reading: Sendable {
        /// The plan.
        public var plan: Plan
        /// Things to know that do not keep the plan from running.
        public var notes: [PlanProblem]
    }

    /// Reads a plan's file.
    ///
    /// Paths in it are relative to the file's folder.
    ///
    /// - Throws: `PlanError` with everything that is wrong.
    public static func read(file: String) throws(PlanError) -> Reading {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw PlanError([
                PlanProblem(
                    file: file, line: 0,
                    message: "cannot be read; check the path, or write one with `selvage plan new`."
                )
            ])
        }
        return try read(text: text, file: file)
    }

    /// Reads a plan's text.
    ///
    /// - Parameter file: Its name in messages; relative paths in the plan start at its folder.
    /// - Throws: `PlanError` with everything that is wrong.
    public static func read(text: String, file: String) throws(PlanError) -> Reading {
        let reader = PlanReader(
            list: ProblemList(file: file),
            folder: URL(fileURLWithPath: file).deletingLastPathComponent().path)
        let plan = reader.plan(text)
        let errors = reader.list.problems.filter { !$0.isWarning }
        guard let plan, errors.isEmpty else {
            throw PlanError(errors.sorted { $0.line < $1.line })
        }
        return Reading(plan: plan, notes: reader.list.problems)
    }

    private func plan(_ text: String) -> Plan? {
        guard let root = compose(text),
            let top = YAMLSection(root, name: "the plan", keys: Self.topKeys, list: list)
        else { return nil }
        let name = top.required("plan")
        let catalogue = top.required("catalogue")
        var plan = Plan(
            name: name ?? "", catalogue: absolute(catalogue ?? ""), seeds: seeds(top["seeds"], root)
        )
        if let name, name.contains(where: { !($0.isLetter || $0.isNumber || "-_.".contains($0)) }) {
            list.add("`plan` may hold letters, digits, `-`, `_` and `.` only.", at: top["plan"])
        }
        plan.agreements = top.text("agreements").map(absolute)
        plan.schedule = top["schedule"].flatMap(schedule)
        top["scope"].map { read(scope: $0, into: &plan.scope) }
        top["politeness"].map { read(politeness: $0, into: &plan.politeness) }
        top["network"].map { read(network: $0, into: &plan.allow) }
        plan.facts = top["facts"].map { facts($0) } ?? [:]
        plan.keepsBytes = top.bytes("keep").map(Int64.init) ?? plan.keepsBytes
        top["report"].map { read(report: $0, into: &plan.report) }
        checkAgreements(of: plan, in: top, root)
        plan.watermark = watermark(top)
        plan.recrawl = recrawl(top)
        return plan
    }

    private func recrawl(_ top: YAMLSection) -> Plan.Recrawl? {
        guard let text = top.text("recrawl") else { return nil }
        let known = Plan.Recrawl(rawValue: text)
        if known == nil {
            list.add("`recrawl` is full, conditional or adaptive.", at: top["recrawl"])
        }
        return known
    }

    private func watermark(_ top: YAMLSection) -> Plan.Watermark? {
        guard let text = top.text("watermark"), text != "none" else { return nil }
        let known = Plan.Watermark(rawValue: text)
        if known == nil {
            list.add("`watermark` is none, candidates or all.", at: top["watermark"])
        }
        return known
    }

    private func checkAgreements(of plan: Plan, in top: YAMLSection, _ root: Node) {
        if plan.agreements == nil && top["report"] == nil {
            list.add(
                "the plan names no agreements: add `report: {server: …}` or `agreements: FOLDER`.",
                at: root)
        }
        if plan.agreements != nil && plan.report.server != nil {
            list.add(
                "`agreements` is not used: the licensing server in `report` has them.",
                at: top["agreements"], warning: true)
        }
    }

    private static let topKeys = [
        "plan", "catalogue", "agreements", "seeds", "schedule", "scope", "politeness", "network",
        "facts", "keep", "watermark", "recrawl", "report",
    ]

    private func compose(_ text: String) -> Node? {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                list.add("the file is empty.", at: nil)
                return nil
            }
            return root
        } catch let error as YamlError {
            list.add(
                "not valid YAML: \(error)".split(separator: "\n").joined(separator: " "), at: nil)
        } catch {
            list.add("not valid YAML: \(error)", at: nil)
        }
        return nil
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/")
            ? path : URL(fileURLWithPath: folder + "/" + path).standardizedFileURL.path
    }
}

extension PlanReader {
    private static let kinds: [String: TargetKind] = [
        "web": .page, "sitemap": .sitemap, "epcis": .epcis, "rss": .feed,
    ]

    private func seeds(_ node: Node?, _ root: Node) -> [Plan.Seed] {
        guard let node, let sequence = node.sequence, !sequence.isEmpty else {
            list.add("`seeds` has to be a list with at least one address.", at: node ?? root)
            return []
        }
        return sequence.compactMap(seed)
    }

    private func seed(_ node: Node) -> Plan.Seed? {
        if let text = node.string {
            return address(text, at: node).map { Plan.Seed(address: $0, kind: .page) }
        }
        guard
            let section = YAMLSection(
                node, name: "a seed", keys: ["url", "kind", "facts"], list: list),
            let text = section.required("url"), let address = address(text, at: node)
        else { return nil }
        let kind = section.text("kind") ?? "web"
        guard let target = Self.kinds[kind] else {
            list.add(
                "seeds of kind `\(kind)` are not read; use \(Self.kinds.keys.sorted().joined(separator: ", ")).",
                at: section["kind"])
            return nil
        }
        return Plan.Seed(
            address: address, kind: target, facts: section["facts"].map { facts($0) } ?? [:])
    }

    private func address(_ text: String, at node: Node) -> WebAddress? {
        guard let address = WebAddress(text) else {
            list.add("`\(text)` is not an http or https address.", at: node)
            return nil
        }
        return address
    }

    private func facts(_ node: Node) -> [Fact.Name: String] {
        let keys = Fact.Name.allCases.map(\.rawValue)
        guard let section = YAMLSection(node, name: "facts", keys: keys, list: list) else {
            return [:]
        }
        var facts: [Fact.Name: String] = [:]
        for (key, value) in section.all {
            guard let name = Fact.Name(rawValue: key) else { continue }
            guard let text = value.string, !text.isEmpty else {
                list.add("the fact `\(key)` has to be a text.", at: value)
                continue
            }
            facts[name] = text
        }
        return facts
    }

    private func schedule(_ node: Node) -> Plan.Schedule? {
        guard
            let section = YAMLSection(
                node, name: "schedule", keys: ["cron", "timezone"], list: list),
            let cron = section.required("cron")
        else { return nil }
        let zone = section.text("timezone") ?? "UTC"
        guard CronSchedule(cron, timezone: zone) != nil else {
            list.add(
                "`\(cron)` with time zone `\(zone)` is not a schedule; five fields as in \"0 3 * * *\", and an IANA zone such as Europe/Paris.",
                at: node)
            return nil
        }
        return Plan.Schedule(cron: cron, timezone: zone)
    }

    private func read(scope node: Node, into scope: inout Plan.Scope) {
        let keys = ["hosts", "exclude", "depth", "pages", "images", "bytes", "time"]
        guard let section = YAMLSection(node, name: "scope", keys: keys, list: list) else { return }
        scope.hosts = section.texts("hosts")
        scope.exclude = section.texts("exclude")
        scope.depth = section.count("depth", in: 0...100) ?? scope.depth
        scope.pages = section.count("pages", in: 1...1_000_000_000) ?? scope.pages
        scope.images = section.count("images", in: 0...1_000_000_000) ?? scope.images
        scope.bytes = section.bytes("bytes").map(Int64.init) ?? scope.bytes
        scope.timeInSeconds = section.milliseconds("time").map { $0 / 1000 } ?? scope.timeInSeconds
    }

    private func read(politeness node: Node, into politeness: inout Plan.Politeness) {
        let keys = ["delay", "connections", "robots", "contact"]
        guard let section = YAMLSection(node, name: "politeness", keys: keys, list: list) else {
            return
        }
        politeness.delayInMilliseconds =
            section.milliseconds("delay") ?? politeness.delayInMilliseconds
        politeness.connections = section.count("connections", in: 1...2) ?? politeness.connections
        politeness.contact = section.text("contact")
        switch section.text("robots") {
        case nil, "obey": break
        case "ignore": politeness.obeysRobots = false
        default: list.add("`robots` is `obey` or `ignore`.", at: section["robots"])
        }
    }

    private func read(network node: Node, into allow: inout [String]) {
        guard let section = YAMLSection(node, name: "network", keys: ["allow"], list: list) else {
            return
        }
        allow = section.texts("allow")
        for range in allow where NetworkPolicy.Allowance(range) == nil {
            list.add(
                "`\(range)` is not a range such as 10.0.0.0/8 or 127.0.0.0/8:8080.",
                at: section["allow"])
        }
    }

    private func read(report node: Node, into report: inout Plan.Report) {
        let keys = ["server", "secret", "key", "readToken", "alerts"]
        guard let section = YAMLSection(node, name: "report", keys: keys, list: list) else {
            return
        }
        report.server = section.text("server").flatMap { text in
            section["server"].flatMap { address(text, at: $0) }
        }
        report.secret = section.text("secret") ?? report.secret
        report.key = section.text("key")
        report.readToken = section.text("readToken") ?? report.readToken
        if section["alerts"] != nil {
            list.add(
                "alerts are not sent yet; the licensing server is told.", at: section["alerts"],
                warning: true)
        }
    }
}

extension PlanReader {
    /// Whether a text is a range of addresses as `allow` takes it, `CIDR[:port]`.
    public static func isRange(_ text: String) -> Bool {
        NetworkPolicy.Allowance(text) != nil
    }
}
