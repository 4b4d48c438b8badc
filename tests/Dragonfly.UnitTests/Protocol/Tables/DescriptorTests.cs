// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Testing.Fixtures;
using Dragonfly.UnitTests.Core.Ids;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Protocol.Tables;

/// <summary>Our .proto files against the protocol's tables, and the bytes of recorded messages.</summary>
public sealed class DescriptorTests
{
    public static TheoryData<string> Tables => [.. Descriptors.Files.Keys];

    public static TheoryData<string, string> Messages => VectorRow.Of("message_hex");

    [Theory]
    [MemberData(nameof(Tables))]
    public void Descriptors_equal_the_table(string table)
    {
        var expected = Rows(table).Where(row => row[0] is not ("oneof" or "reserved")).Select(Key).Order(StringComparer.Ordinal);
        var actual = Descriptors.Rows(Descriptors.Files[table]).Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Reserved_numbers_are_not_used(string table)
    {
        var taken = Descriptors.Rows(Descriptors.Files[table]).Select(row => row.Split('\t'))
            .Where(row => row[0] == "message" && row[3].Length > 0)
            .Select(row => (row[1], row[3]))
            .ToHashSet();
        foreach (var row in Rows(table).Where(row => row[0] == "reserved"))
        {
            Assert.DoesNotContain((row[1], row[3]), taken);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Vector_message_parses_and_writes_the_same_bytes(string description, string hex)
    {
        var words = description.Split(' ');
        var message = Descriptors.Parser("/" + words[0], words[1] == "request").Parse(Convert.FromHexString(hex));
        Assert.Equal(hex, Convert.ToHexStringLower(message.ToByteArray()));
    }

    private static IEnumerable<string[]> Rows(string table) =>
        File.ReadLines(FixtureFiles.PathOf($"interop/{table}.tsv")).Skip(1).Select(line => line.Split('\t'));

    private static string Key(string[] row) => string.Join('\t', row.Take(9));
}
