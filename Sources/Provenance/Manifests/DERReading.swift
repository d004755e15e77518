// Walking DER: what certificates and time-stamps need beyond the ASN.1 library.

internal import SelvageTypes
internal import SwiftASN1

/// A DER structure that is not what it should be.
struct DERError: Error, Hashable {
    let detail: String
}

/// The children of one constructed DER item, taken in order.
struct DERItems {
    private var items: ArraySlice<ASN1Node>

    init(_ node: ASN1Node) throws(DERError) {
        guard case .constructed(let children) = node.content else {
            throw DERError(detail: "a value stands where a structure should")
        }
        items = Array(children)[...]
    }

    /// Everything that has not been taken.
    var rest: [ASN1Node] { Array(items) }

    mutating func next() throws(DERError) -> ASN1Node {
        guard let first = items.popFirst() else { throw DERError(detail: "a structure ends early") }
        return first
    }

    /// The next item when it has this context-specific tag.
    mutating func next(tagged tag: UInt) -> ASN1Node? {
        guard let first = items.first, first.hasContextTag(tag) else { return nil }
        return items.popFirst()
    }

    /// The next item when it is of this universal type.
    mutating func next(ifType identifier: ASN1Identifier) -> ASN1Node? {
        guard let first = items.first, first.identifier == identifier else { return nil }
        return items.popFirst()
    }
}

extension ASN1Node {
    /// Parses bytes as one DER item.
    ///
    /// - Parameter limit: The most bytes that are looked at.
    init(parsing bytes: some Collection<UInt8>, limit: Int) throws(DERError) {
        guard bytes.count <= limit else {
            throw DERError(detail: "it is larger than \(limit) bytes")
        }
        do {
            self = try DER.parse(Array(bytes))
        } catch {
            throw DERError(detail: "it is not DER")
        }
    }

    func hasContextTag(_ number: UInt) -> Bool {
        identifier.tagClass == .contextSpecific && identifier.tagNumber == number
    }

    /// The only item inside an explicit tag.
    var inner: ASN1Node {
        get throws(DERError) {
            var items = try DERItems(self)
            return try items.next()
        }
    }

    /// The bytes of a primitive value.
    var value: ArraySlice<UInt8> {
        get throws(DERError) {
            guard case .primitive(let bytes) = content else {
                throw DERError(detail: "a structure stands where a value should")
            }
            return bytes
        }
    }

    /// The dotted form of an object identifier.
    var objectIdentifier: String {
        get throws(DERError) {
            guard let identifier = try? ASN1ObjectIdentifier(derEncoded: self) else {
                throw DERError(detail: "an object identifier is missing")
            }
            return identifier.description
        }
    }

    /// The bytes of a bit string without unused bits.
    var bits: ArraySlice<UInt8> {
        get throws(DERError) {
            guard let string = try? ASN1BitString(derEncoded: self), string.paddingBits == 0 else {
                throw DERError(detail: "a bit string is missing")
            }
            return string.bytes
        }
    }

    /// A text of any of the string types that names are written in; nil for anything else.
    var string: String? {
        guard let bytes = try? value else { return nil }
        switch identifier {
        case .utf8String, .printableString, .ia5String, .visibleString, .numericString,
            .teletexString:
            return String(validating: bytes, as: UTF8.self)
        case .bmpString:
            guard bytes.count.isMultiple(of: 2) else { return nil }
            let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
                UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
            }
            return String(validating: units, as: UTF16.self)
        default: return nil
        }
    }

    /// A UTCTime or GeneralizedTime as a moment.
    var moment: Instant {
        get throws(DERError) {
            if let time = try? UTCTime(derEncoded: self) {
                return try Self.moment(
                    time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
            }
            guard let time = try? GeneralizedTime(derEncoded: self) else {
                throw DERError(detail: "a time is missing")
            }
            return try Self.moment(
                time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
    }

    private static func moment(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
    ) throws(DERError) -> Instant {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        guard let moment = Instant(iso8601: "\(date)T\(time)Z") else {
            throw DERError(detail: "a time is not one of the calendar")
        }
        return moment
    }
}
