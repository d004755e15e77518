// Packets in every shape that RDF allows in XMP, what is kept when one is rewritten, and hostile ones.

import Foundation
import Testing

@testable import Provenance

/// Namespace declarations for packets written by hand.
private let declared = """
    xmlns:dc="http://purl.org/dc/elements/1.1/" \
    xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" \
    xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" \
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" \
    xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:t="http://purl.org/dc/terms/"
    """

/// The same licensor and statement in the shapes of XMP part 1, section 7 and annex C.
private let shapes: [String: String] = [
    "elements, parseType": """
    <rdf:Description rdf:about="" \(declared)><plus:Licensor><rdf:Seq><rdf:li \
    rdf:parseType="Resource"><plus:LicensorName>A &amp; B</plus:LicensorName><plus:LicensorURL>\
    https://l.example/?a=1&amp;b=2</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>\
    <xmpRights:WebStatement>https://w.example/</xmpRights:WebStatement></rdf:Description>
    """,
    "attributes, nested descriptions": """
    <rdf:Description rdf:about="" \(declared) xmpRights:WebStatement="https://w.example/">\
    <plus:Licensor><rdf:Seq><rdf:li><rdf:Description plus:LicensorName="A &amp; B">\
    <plus:LicensorURL>https://l.example/?a=1&amp;b=2</plus:LicensorURL></rdf:Description></rdf:li>\
    </rdf:Seq></plus:Licensor></rdf:Description>
    """,
    "abbreviated structure, resource": """
    <rdf:Description rdf:about="" \(declared)><plus:Licensor><rdf:Bag><rdf:li \
    plus:LicensorName="A &#38; B" plus:LicensorURL="https://l.example/?a=1&#x26;b=2"/></rdf:Bag>\
    </plus:Licensor><xmpRights:WebStatement rdf:resource="https://w.example/"/></rdf:Description>
    """,
    "no list, qualified values": """
    <rdf:Description rdf:about="" \(declared)><plus:Licensor rdf:parseType="Resource">\
    <plus:LicensorName rdf:parseType="Resource"><rdf:value>A &amp; B</rdf:value><dc:type>x</dc:type>\
    </plus:LicensorName><plus:LicensorURL><rdf:Description><rdf:value><![CDATA[https://l.example/?a=1\
    &b=2]]></rdf:value></rdf:Description></plus:LicensorURL></plus:Licensor><xmpRights:WebStatement \
    rdf:value="https://w.example/" dc:type="y"/></rdf:Description>
    """,
    "several descriptions, other prefixes, white space": """
    <rdf:Description rdf:about=""><q:WebStatement xmlns:q="http://ns.adobe.com/xap/1.0/rights/">
      https://w.example/
    </q:WebStatement></rdf:Description><!-- and -->
    <rdf:Description rdf:about="" xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/"> <p:Licensor>
      <rdf:Seq> <rdf:li rdf:parseType='Resource'> <p:LicensorName>A &amp; B</p:LicensorName>
      <p:LicensorURL>https://l.example/?a=1&amp;b=2</p:LicensorURL> </rdf:li> </rdf:Seq>
    </p:Licensor> </rdf:Description>
    """,
    "default namespace, qualified nowhere": """
    <Description xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" about=""><Licensor \
    xmlns="http://ns.useplus.org/ldf/xmp/1.0/"><rdf:Seq><rdf:li rdf:parseType="Resource">\
    <LicensorName>A &amp; B</LicensorName><LicensorURL>https://l.example/?a=1&amp;b=2</LicensorURL>\
    </rdf:li></rdf:Seq></Licensor><WebStatement xmlns="http://ns.adobe.com/xap/1.0/rights/">\
    https://w.example/</WebStatement></Description>
    """,
]

@Suite("Packets of rights") struct RightsPacketTests {
    @Test("One statement is read in every shape of RDF", arguments: shapes.keys.sorted())
    func shape(name: String) throws {
        var expected = RightsRecord()
        expected.licensors = [.init(name: "A & B", address: "https://l.example/?a=1&b=2")]
        expected.webStatement = "https://w.example/"
        let packet = RightsSamples.packet(try #require(shapes[name]))
        #expect(try RightsRecord(packet: packet) == expected)
        // Written anew, it says the same.
        #expect(try RightsRecord(packet: try expected.packet(keeping: packet)) == expected)
    }

    /// exiftool 12.57 loses a qualified name inside a structure and names without a prefix, so
    /// those shapes are left out.
    @Test(
        "exiftool reads the same in every shape that it knows",
        .enabled(if: Exiftool.isThere, "exiftool is not installed"),
        arguments: shapes.keys.sorted().filter { !$0.contains("qualified") })
    func shapeByExiftool(name: String) throws {
        let packet = RightsSamples.packet(try #require(shapes[name]))
        let read = try Exiftool.xmp(of: packet, suffix: "xmp")
        // It keeps white space around a text, which we leave out.
        let statement = try #require(read["XMP-xmpRights:WebStatement"] as? String)
        #expect(statement.split(whereSeparator: \.isWhitespace) == ["https://w.example/"])
        let licensor = ["LicensorName": "A & B", "LicensorURL": "https://l.example/?a=1&b=2"]
        #expect(try Exiftool.text(of: read["XMP-plus:Licensor"]) == Exiftool.text(of: [licensor]))
    }

    @Test("A record is read from JSON in which most is left out")
    func sparseJSON() throws {
        let json = #"{"creators": ["Ann"], "creditLine": "A", "dataMining": "DMI-PROHIBITED"}"#
        var expected = RightsRecord()
        expected.creators = ["Ann"]
        expected.creditLine = "A"
        expected.dataMining = .prohibited
        #expect(try JSONDecoder().decode(RightsRecord.self, from: Data(json.utf8)) == expected)
        let full = try JSONEncoder().encode(RightsSamples.full)
        #expect(try JSONDecoder().decode(RightsRecord.self, from: full) == RightsSamples.full)
    }

    @Test("Of several languages the default counts, wherever it stands")
    func languages() throws {
        let packet = RightsSamples.packet(
            """
            <rdf:Description rdf:about="" \(declared)><dc:rights><rdf:Alt><rdf:li xml:lang="de">\
            Rechte</rdf:li><rdf:li xml:lang="x-default">Rights</rdf:li></rdf:Alt></dc:rights>\
            <xmpRights:Marked>false</xmpRights:Marked><t:provenance>https://m.example/</t:provenance>\
            <plus:DataMining>https://ns.useplus.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>\
            </rdf:Description>
            """)
        let record = try RightsRecord(packet: packet)
        #expect(record.copyrightNotice == "Rights")
        #expect(record.isMarked == false)
        #expect(record.provenance == "https://m.example/")
        #expect(record.dataMining?.term == "DMI-PROHIBITED")
        #expect(record.dataMining?.refusesGenerativeTraining == true)
        #expect(DataMining.allowed.refusesGenerativeTraining == false)
        #expect(DataMining.unspecified.refusesGenerativeTraining == nil)
    }

    @Test("Every statement comes back from the packet it was written into")
    func roundTrip() throws {
        let packet = try RightsSamples.full.packet()
        #expect(try RightsRecord(packet: packet) == RightsSamples.full)
        #expect(try RightsRecord(packet: try RightsRecord().packet()) == RightsRecord())
        #expect(try RightsSamples.full.packet() == packet)
        #expect(String(decoding: packet, as: UTF8.self).hasPrefix("<?xpacket begin=\"\u{FEFF}\""))
        #expect(String(decoding: packet.suffix(19), as: UTF8.self) == "<?xpacket end=\"w\"?>")
    }

    /// A packet with properties that we do not know, and one prefix bound otherwise.
    private static let foreign = RightsSamples.packet(
        """
        <rdf:Description rdf:about="uuid:7" \(declared) xmlns:s="http://ns.example/s/" s:a="1 &lt; 2"
        photoshop:Credit="Old" xml:lang="en"><s:history><rdf:Seq><rdf:li rdf:parseType="Resource">\
        <s:when>2026</s:when><s:what xml:lang="de">Größe</s:what></rdf:li></rdf:Seq></s:history>\
        <rdfs:note xmlns:rdfs="http://ns.example/2/">a&#13;b</rdfs:note><dc:rights><rdf:Alt>\
        <rdf:li xml:lang="x-default">R</rdf:li><rdf:li xml:lang="de">RR</rdf:li></rdf:Alt>\
        </dc:rights></rdf:Description><rdf:Description rdf:about="uuid:7"><plus:p \
        xmlns:plus="http://ns.example/3/" plus:q="x"/></rdf:Description>
        """)

    @Test("What is not changed stays, other properties and languages included")
    func kept() throws {
        var record = try RightsRecord(packet: Self.foreign)
        record.creditLine = "New"
        let written = try XMPTree(parsing: try record.packet(keeping: Self.foreign))
        let (old, new) = (
            try #require(try XMPTree(parsing: Self.foreign).rdf), try #require(written.rdf)
        )
        var first = try #require(old.elements.first)
        first.attributes.removeAll { $0.name == RightsField.creditLine.name }
        #expect(new.elements.first == first)
        #expect(new.elements[1] == old.elements[1])
        #expect(new.elements.count == 3)
        #expect(new.elements[2][.rdf("about")] == "uuid:7")
        #expect(
            XMPValue.properties(of: new.elements[2]) == [
                RightsField.creditLine.name: .text("New", language: nil)
            ])
    }

    @Test("A statement that a record does not make is taken out of the packet")
    func takenOut() throws {
        let written = try RightsRecord().packet(keeping: Self.foreign)
        #expect(try RightsRecord(packet: written) == RightsRecord())
        let text = String(decoding: written, as: UTF8.self)
        #expect(text.contains("Größe") && !text.contains("Old") && !text.contains("RR"))
    }

    @Test("A statement made twice is a contradiction; the first one counts")
    func twice() throws {
        let packet = RightsSamples.packet(
            """
            <rdf:Description rdf:about="" \(declared) photoshop:Credit="A"/><rdf:Description \
            rdf:about="" \(declared)><photoshop:Credit>B</photoshop:Credit></rdf:Description>
            """)
        let reading = RightsReading(packet: packet)
        #expect(reading.record.creditLine == "A")
        #expect(try RightsRecord(packet: packet).creditLine == "A")
        #expect(reading.contradictions.map(\.other) == ["B"])
    }

    @Test("A control character is refused by name, and nothing is written")
    func unwritable() {
        var record = RightsRecord()
        record.creators = ["A\u{0}B"]
        #expect {
            _ = try record.packet()
        } throws: { ($0 as? RightsError)?.reason == .unwritable && "\($0)".contains("creators") }
    }
}

@Suite("Hostile packets") struct HostilePacketTests {
    private func reason(_ packet: [UInt8]) -> RightsError.Reason? {
        do throws(RightsError) {
            _ = try RightsRecord(packet: packet)
            return nil
        } catch { return error.reason }
    }

    @Test("Document types, entities and hidden encodings are refused before parsing")
    func declarations() {
        let inner = String(decoding: RightsSamples.packet(""), as: UTF8.self)
        let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>"
        #expect(reason([UInt8]((laughs + inner).utf8)) == .declarations)
        #expect(reason([UInt8](("<?xml version=\"1.0\"?>" + laughs + inner).utf8)) == .declarations)
        let hidden = "<?xml version=\"1.0\" encoding=\"UTF-7\"?>"
        #expect(reason([UInt8]((hidden + inner).utf8)) == .notUTF8)
        #expect(reason([UInt8](("<?xml version='1.0' encoding='UTF-8'?>" + inner).utf8)) == nil)
        #expect(reason([0xFF, 0xFE] + inner.utf8.flatMap { [$0, 0] }) == .notUTF8)
        let entity = RightsSamples.packet("<rdf:Description rdf:about=\"\">&x;</rdf:Description>")
        #expect(reason(entity) == .malformed)
    }

    @Test("Many elements with declarations of their own, below many more, are read in time")
    func manyDeclarations() throws {
        let outer = (0..<20_000).map { "xmlns:p\($0)=\"urn:p\($0)\"" }.joined(separator: " ")
        let inner = (0..<20_000).map { "<q:x xmlns:q=\"urn:q\($0)\"/>" }.joined()
        let start = ContinuousClock.now
        let tree = try XMPTree(parsing: Array("<a \(outer)>\(inner)<p7:y/></a>".utf8))
        // Copying what is in force for each of them would be 400 million entries: minutes.
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(tree.root.elements.count == 20_001)
        #expect(tree.root.elements[19_999].name == XMPName("urn:q19999", "x"))
        #expect(tree.root.elements[20_000].name == XMPName("urn:p7", "y"))
    }

    @Test("A declaration holds within its element, and what it hid holds again after it")
    func declarationsEnd() throws {
        let text = """
            <a xmlns="urn:1" xmlns:p="urn:2"><p:b xmlns="urn:3" xmlns:p="urn:4"><c/><p:c/></p:b>\
            <c/><p:c/></a>
            """
        let root = try XMPTree(parsing: Array(text.utf8)).root
        #expect(root.elements.map(\.name.namespace) == ["urn:4", "urn:1", "urn:2"])
        #expect(root.elements[0].elements.map(\.name.namespace) == ["urn:3", "urn:4"])
        #expect(throws: RightsError.self) {
            try XMPTree(parsing: Array("<a><b xmlns:p=\"urn:1\"/><p:c/></a>".utf8))
        }
    }

    @Test("Depth and number of elements are limited")
    func limits() {
        let deep =
            String(repeating: "<rdf:li>", count: 100) + String(repeating: "</rdf:li>", count: 100)
        #expect(reason(RightsSamples.packet(deep)) == .tooDeep(limit: 64))
        let many = String(repeating: "<rdf:li/>", count: 200_001)
        #expect(reason(RightsSamples.packet(many)) == .tooManyParts(limit: 200_000))
    }

    @Test("What is no RDF, or uses a prefix that nobody declared, says nothing or is refused")
    func malformed() {
        #expect(reason([UInt8]("<a/>".utf8)) == nil)
        #expect(reason([]) == .malformed)
        #expect(reason([UInt8]("<a><b></a>".utf8)) == .malformed)
        #expect(reason(RightsSamples.packet("<u:x/>")) == .malformed)
        #expect(throws: RightsError.self) {
            _ = try RightsSamples.full.packet(keeping: [UInt8]("<a/>".utf8))
        }
    }

    @Test("A packet that is cut off or changed is read or refused", arguments: 1...20)
    func changed(seed: Int) throws {
        let whole = try RightsSamples.full.packet(paddingInBytes: 0)
        var chance = FileChance(state: UInt64(seed))
        for _ in 0..<20 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                let place = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 30))
                default: bytes.insert(contentsOf: bytes[place...].prefix(30), at: place)
                }
            }
            if let record = try? RightsRecord(packet: bytes),
                let tree = try? XMPTree(parsing: bytes),
                tree.rdf != nil, let again = try? record.packet(keeping: bytes)
            {
                #expect(try RightsRecord(packet: again) == record)
            }
            _ = RightsReading(packet: [UInt8](whole.prefix(bytes.count % whole.count)))
        }
    }
}
