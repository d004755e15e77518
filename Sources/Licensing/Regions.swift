// Named groups of countries that a territory clause may use instead of a list.

/// The regions that `spatial` clauses may name.
///
/// EU, EEA, DACH, NORDIC and BENELUX; members as of 2026. Any other name must be written out as a
/// list of countries.
public enum Regions {
    /// Region names with their members, ISO 3166-1 alpha-2.
    public static let members: [String: Set<String>] = [
        "EU": european, "EEA": european.union(["IS", "LI", "NO"]), "DACH": ["DE", "AT", "CH"],
        "NORDIC": ["DK", "FI", "IS", "NO", "SE", "FO", "GL", "AX"],
        "BENELUX": ["BE", "NL", "LU"],
    ]

    private static let european: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    /// A territory's code out of `DE`, `de`, `iso3166:DE` or an address that ends in it.
    static func code(_ text: String) -> String {
        let tail = (text.split(whereSeparator: { ":/#".contains($0) }).last ?? "").uppercased()
        return tail == "UK" ? "GB" : tail == "EL" ? "GR" : tail
    }

    /// Whether a territory is a place or lies in it: `DE` in `EU`, `DE-BY` in `DE`.
    static func contains(_ region: String, _ territory: String) -> Bool {
        let outer = code(region)
        let inner = code(territory)
        return outer == inner || inner.hasPrefix(outer + "-")
            || members[outer]?.contains(String(inner.prefix(2))) == true && inner != "EU"
    }
}
