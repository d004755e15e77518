// Payloads: which number they carry, and which were issued by nobody.

import Registering
import Testing
import Watermarking

@Suite("Issued payloads")
struct PayloadIssueTests {
    private let issue = PayloadIssue(secret: [UInt8](repeating: 7, count: 32))

    @Test("A number comes back from its payload", arguments: [1, 2, 77, 65_536, UInt32.max])
    func returns(number: UInt32) {
        #expect(issue.number(of: issue.payload(number: number)) == number)
    }

    @Test("A payload with any bit changed was issued by nobody")
    func changed() {
        let payload = issue.payload(number: 4711)
        for bit in 0..<64 {
            let other = WatermarkPayload(payload.bits ^ 1 << UInt64(bit))
            #expect(issue.number(of: other) == nil, "bit \(bit)")
        }
    }

    @Test("A payload of another key was issued by nobody, and the number 0 never is")
    func foreign() {
        let other = PayloadIssue(secret: [UInt8](repeating: 8, count: 32))
        #expect(issue.number(of: other.payload(number: 4711)) == nil)
        #expect(issue.number(of: issue.payload(number: 0)) == nil)
    }
}
