// GS1 identification keys as text: GTIN and GLN from digits, EPC URNs and Digital Links.

/// Reads GS1 keys in the forms that pages and events write them.
///
/// - Source: GS1 General Specifications section 7.9 (check digit); GS1 Digital Link 1.2 section 4;
///   EPC Tag Data Standard 2.0 sections 6.3 and 6.4.
enum GS1Key {
    /// A GTIN in its 14-digit form, whatever the length it was written in.
    ///
    /// - Returns: nil unless 8, 12, 13 or 14 digits with a right check digit are given.
    static func gtin(digits text: String) -> String? {
        let digits = text.filter { $0 != " " && $0 != "-" }
        guard [8, 12, 13, 14].contains(digits.utf8.count),
            digits.utf8.allSatisfy(\.isASCIIDigit), hasRightCheckDigit(digits)
        else { return nil }
        return padded(digits)
    }

    /// The GTIN that an EPC class or instance names.
    static func gtin(in identifier: String) -> String? {
        if let digits = applicationValue("01", in: identifier), digits.utf8.count <= 14 {
            return padded(digits)
        }
        for scheme in ["class:lgtin:", "id:sgtin:", "idpat:sgtin:"] {
            guard let parts = epcParts(identifier, scheme: scheme), parts.count >= 2,
                let indicator = parts[1].first
            else { continue }
            let body = String(indicator) + parts[0] + parts[1].dropFirst()
            guard body.utf8.count == 13, body.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
            return body + checkDigit(of: body)
        }
        return nil
    }

    /// The GLN that a location or party identifier names: 13 digits.
    static func gln(in identifier: String) -> String? {
        for application in ["414", "417", "254"] {
            if let digits = applicationValue(application, in: identifier),
                digits.utf8.count == 13
            {
                return digits
            }
        }
        for scheme in ["id:sgln:", "id:pgln:"] {
            guard let parts = epcParts(identifier, scheme: scheme), parts.count >= 2 else {
                continue
            }
            let body = parts[0] + parts[1]
            guard body.utf8.count == 12, body.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
            return body + checkDigit(of: body)
        }
        return nil
    }

    /// The 13 digits of a GLN as written, with a right check digit.
    static func gln(digits text: String) -> String? {
        let digits = text.filter { $0 != " " && $0 != "-" }
        guard digits.utf8.count == 13, digits.utf8.allSatisfy(\.isASCIIDigit),
            hasRightCheckDigit(digits)
        else { return nil }
        return digits
    }

    /// The value after an application identifier in the path of a Digital Link.
    private static func applicationValue(_ application: String, in identifier: String) -> String? {
        guard identifier.hasPrefix("http://") || identifier.hasPrefix("https://") else {
            return nil
        }
        let path = identifier.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        guard let index = path.dropFirst(2).firstIndex(of: application[...]),
            index + 1 < path.count, path[index + 1].utf8.allSatisfy(\.isASCIIDigit)
        else { return nil }
        return String(path[index + 1])
    }

    /// The parts of `urn:epc:id:sgln:4012345.00001.0` after its scheme.
    private static func epcParts(_ identifier: String, scheme: String) -> [String]? {
        let prefix = "urn:epc:" + scheme
        guard identifier.hasPrefix(prefix) else { return nil }
        return identifier.dropFirst(prefix.count)
            .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 14 - digits.utf8.count)) + digits
    }

    private static func hasRightCheckDigit(_ digits: String) -> Bool {
        digits.hasSuffix(checkDigit(of: String(digits.dropLast())))
    }

    /// Weights 3 and 1 in turn from the right.
    private static func checkDigit(of digits: String) -> String {
        var sum = 0
        for (index, digit) in digits.utf8.reversed().enumerated() {
            sum += Int(digit - 0x30) * (index.isMultiple(of: 2) ? 3 : 1)
        }
        return String((10 - sum % 10) % 10)
    }
}
