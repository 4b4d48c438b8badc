// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.Swarm.Wire;

/// <summary>
/// A process that fetches whatever it is told to: <c>wire-child FOLDER CONNECTIONS copy|link [CERTIFICATES]</c>. Reads lines of <c>ENDPOINT LENGTH OUTPUT</c>, fetches into its
/// store, exports, answers with the seconds it took, and forgets the task.
/// </summary>
internal static class WireChild
{
    public static async Task<int> RunAsync(string[] words)
    {
        // As the daemon does, before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", Environment.GetEnvironmentVariable("SWARM_INLINE") ?? "1");
        await using var store = (await TaskStore.OpenAsync(new StoreOptions { Directory = words[0] }, TimeProvider.System, default)).OrThrow();
        var buffer = Environment.GetEnvironmentVariable("SWARM_BUFFER") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : new VortexTransportOptions().BufferBytes;
        var options = new VortexTransportOptions { BufferBytes = buffer, Tls = words.Length > 3 ? WireCertificates.Load(words[3]).Client : null };
        using var transport = new VortexTransport(options, TimeProvider.System, NullLogger<VortexTransport>.Instance);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { Length: > 0 } line)
        {
            var order = line.Split(' ');
            var started = Stopwatch.GetTimestamp();
            await FetchAsync(store, transport, IPEndPoint.Parse(order[0]), long.Parse(order[1], CultureInfo.InvariantCulture), order[2], int.Parse(words[1], CultureInfo.InvariantCulture), words[2] == "link");
            Console.WriteLine(Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
            store.Remove(WireParent.Task);
        }

        return 0;
    }

    private static async Task FetchAsync(TaskStore store, VortexTransport transport, IPEndPoint parent, long length, string output, int connections, bool link)
    {
        var task = store.Create(WireParent.Task, TaskKind.Standard, ContentGeneration.Of(WireParent.LayoutOf(length)), new TaskDetails("", "", "", [], null)).OrThrow();
        var export = task.ExportAsync(new ExportRequest(output) { ForceHardLink = link }, default);
        var next = -1;
        var count = task.Generation.Layout.PieceCount!.Value;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < count)
            {
                using var claim = task.TryClaim(new PieceNumber(number))!;
                var piece = new ParentPiece(task.Id, claim.Number, PeerId.Parse("parent"), HostId.Parse("parent-host"), parent, KeepAlive: true);
                (await transport.FetchAsync(piece, claim, default)).OrThrow();
            }
        }));
        if (await export is { } failure)
        {
            throw failure.ToException();
        }
    }
}
