// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.UnitTests.Scheduler;

// Measures the heap, so nothing may run beside it.
[CollectionDefinition("Measures the heap", DisableParallelization = true)]
[Collection("Measures the heap")]
public sealed class PeerSizeTests
{
    [Fact]
    public void A_finished_peer_of_a_hundred_pieces_takes_less_than_5_KiB()
    {
        using var rig = new SchedulerRig();
        var (seed, _) = rig.StartSeed();
        rig.SourceFinished(seed);
        const int Count = 1000;
        Run(rig, "warm", 100);

        // What tests before this one left may go at any time (pools are trimmed by age): that spoils one measurement, not the one in the middle.
        var each = new long[5];
        for (var round = 0; round < each.Length; round++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            Run(rig, $"p{round}-", Count);
            each[round] = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        }

        Array.Sort(each);
        Assert.InRange(each[each.Length / 2], 1, 5 * 1024);
    }

    /// <summary>Whole sessions, each on a host of its own, whose streams have ended.</summary>
    private static void Run(SchedulerRig rig, string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var stream = rig.Register(name + i);
            rig.Started(stream.Peer);
            for (uint piece = 0; piece < 100; piece++)
            {
                rig.Piece(stream.Peer, piece, 10);
            }

            rig.Finished(stream.Peer);
            rig.Close(stream);
        }
    }
}
