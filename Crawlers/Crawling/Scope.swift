// Which addresses belong to a plan.

public import SelvageTypes

/// Which addresses belong to a plan.
public struct Scope: Hashable, Sendable {
    private let hosts: Set<String>
    private let seedHosts: Set<String>
    private let suffixes: [String]
    private let excluded: [String]

    /// A scope of hosts and path prefixes.
    ///
    /// - Parameters:
    ///   - hosts: Host names; `*.shop.example` is that name and every name under it.
    ///   - seedHosts: The seeds' hosts, which always belong to the plan.
    ///   - excluding: Beginnings of paths that are left out.
    public init(hosts patterns: [String], seedHosts: Set<String>, excluding: [String]) {
        let patterns = patterns.map { $0.lowercased() }
        suffixes = patterns.filter { $0.hasPrefix("*.") }.map { String($0.dropFirst()) }
        hosts = Set(patterns.filter { !$0.hasPrefix("*.") })
        self.seedHosts = seedHosts
        excluded = excluding
    }

    /// Whether a host's pages belong to the plan.
    func holds(host: String) -> Bool {
        seedHosts.contains(host) || hosts.contains(host)
            || suffixes.contains { ".\(host)".hasSuffix($0) }
    }

    /// Whether there are paths that are left out.
    var excludes: Bool { !excluded.isEmpty }

    /// The beginning of a path by which an address is left out; nil when none does.
    func exclusion(of address: WebAddress) -> String? {
        let path = address.path
        return excluded.first { path.hasPrefix($0) }
    }

    /// Whether a page belongs to the plan.
    public func holds(_ address: WebAddress) -> Bool {
        guard holds(host: address.host) else { return false }
        guard !excluded.isEmpty else { return true }
        let path = address.path
        return !excluded.contains { path.hasPrefix($0) }
    }
}
