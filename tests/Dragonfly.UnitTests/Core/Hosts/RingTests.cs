// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Dragonfly.Core.Hosts;
using Dragonfly.Core.Ids;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Core.Hosts;

public sealed class RingTests
{
    public static TheoryData<string, string> Hashes => VectorRow.Of("siphash24");

    public static TheoryData<string, string> CrateSelfTest => VectorRow.Of("ring_crate_selftest");

    public static TheoryData<string, string> Nodes => VectorRow.Of("scheduler_ring_node");

    public static TheoryData<string, string> Keys => VectorRow.Of("scheduler_ring_key");

    public static TheoryData<string, string> SchedulerPicks => VectorRow.Of("scheduler_ring_pick");

    [Theory]
    [MemberData(nameof(Hashes))]
    public void The_hash_gives_its_published_value(string input, string hash)
    {
        Assert.Equal("key=000102..0f message=000102..0e", input);
        var bytes = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        var actual = SipHash24.Compute(bytes[..15], BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)));
        Assert.Equal(hash, actual.ToString("x16", CultureInfo.InvariantCulture));
    }

    // The ring crate's own test places nodes by (number, port, address), the address with its length before it, and keys by the whole string.
    [Theory]
    [MemberData(nameof(CrateSelfTest))]
    public void Hash_and_search_reproduce_the_ring_crates_own_test(string input, string node)
    {
        (string Ip, ulong Number)[] nodes = [("127.0.0.1", 1), ("127.0.0.1", 2), ("127.0.0.2", 1), ("127.0.0.2", 2), ("127.0.0.2", 3), ("127.0.0.3", 1)];
        var points = nodes.Select((n, i) => (Point: PointOf(n.Ip, n.Number), Name: $"node{i + 1}")).OrderBy(p => p.Point).ToArray();
        var key = SipHash24.Compute([.. Encoding.ASCII.GetBytes(VectorRow.Fields(input)["key"]), 0xFF]);
        var found = points.FirstOrDefault(p => p.Point >= key, points[0]);
        Assert.Equal(node, found.Name);

        static ulong PointOf(string ip, ulong number)
        {
            var bytes = new byte[22];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 1024);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(10), 4);
            IPAddress.Parse(ip).GetAddressBytes().CopyTo(bytes, 18);
            return SipHash24.Compute(bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A1_Schedulers_are_placed_as_the_original_places_them(string address, string hash) =>
        Assert.Equal(hash, SchedulerRing.PointOf(IPEndPoint.Parse(address)).ToString("x16", CultureInfo.InvariantCulture));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Keys_are_placed_as_the_original_places_them(string key, string hash) =>
        Assert.Equal(hash, SchedulerRing.KeyHash(key).ToString("x16", CultureInfo.InvariantCulture));

    [Theory]
    [MemberData(nameof(SchedulerPicks))]
    public void A1_The_same_scheduler_is_picked(string input, string scheduler)
    {
        var fields = VectorRow.Fields(input);
        var ring = new SchedulerRing(fields["schedulers"].Split(',').Select(IPEndPoint.Parse));
        Assert.Equal(scheduler, ring.Find(TaskId.Parse(fields["key"].PadRight(64, '0')))!.ToString());
    }

    [Fact]
    public void An_empty_ring_finds_nothing() => Assert.Null(new SchedulerRing([]).Find(TaskId.Parse(new string('0', 64))));

    [Fact]
    public void Fallbacks_are_all_others_once_along_the_ring()
    {
        var schedulers = Enumerable.Range(1, 9).Select(i => new IPEndPoint(IPAddress.Parse($"10.0.0.{i}"), 8002)).ToArray();
        var ring = new SchedulerRing(schedulers);
        var random = new Random(37);
        for (var i = 0; i < 200; i++)
        {
            var task = TaskId.Parse(string.Concat(Enumerable.Range(0, 64).Select(_ => "0123456789abcdef"[random.Next(16)])));
            Assert.Equal(schedulers.ToHashSet(), ring.InOrder(task).ToHashSet());
            Assert.Equal(9, ring.InOrder(task).Count());

            // When the first one leaves, its tasks go to the second one: everybody agrees without talking.
            var order = ring.InOrder(task).ToArray();
            Assert.Equal(order[1], new SchedulerRing(schedulers.Where(s => !s.Equals(order[0]))).Find(task));
        }
    }

    [Fact]
    public void An_ipv6_scheduler_has_its_own_place() =>
        Assert.NotEqual(SchedulerRing.PointOf(IPEndPoint.Parse("[::1]:8002")), SchedulerRing.PointOf(IPEndPoint.Parse("[::2]:8002")));
}
