// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Dragonfly.Core.Flow;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Daemon.Upload;
using Dragonfly.Hosting.Tls;
using Dragonfly.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.Swarm.Wire;

/// <summary>A process that holds a file in a store and serves it: <c>wire-parent SOURCE FOLDER [CERTIFICATES]</c>. Prints its address, ends with its input.</summary>
internal static class WireParent
{
    public static readonly TaskId Task = TaskId.Parse(new string('a', TaskId.Length));

    public static async Task<int> RunAsync(string[] words)
    {
        // As the daemon does, before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", Environment.GetEnvironmentVariable("SWARM_INLINE") ?? "1");
        await using var store = (await TaskStore.OpenAsync(new StoreOptions { Directory = words[1] }, TimeProvider.System, default)).OrThrow();
        Fill(store, words[0]);
        using var limiter = new ByteRateLimiter(null, TimeProvider.System);
        var slice = Environment.GetEnvironmentVariable("SWARM_SLICE") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1 << 20;
        var options = new PieceServerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Tls = words.Length > 2 ? WireCertificates.Load(words[2]).Server : null,
            SliceBytes = slice,
        };
        await using var server = new PieceServer(options, limiter, null, TimeProvider.System, NullLogger<PieceServer>.Instance);
        var endpoint = server.Bind();
        server.Start(store);
        Console.WriteLine(endpoint);
        await Console.In.ReadLineAsync();
        return 0;
    }

    public static PieceLayout LayoutOf(long length) => new(length, PieceLayout.AutomaticPieceLength(length));

    private static void Fill(TaskStore store, string source)
    {
        using var file = File.OpenHandle(source);
        var length = RandomAccess.GetLength(file);
        var task = store.Create(Task, TaskKind.Standard, ContentGeneration.Of(LayoutOf(length)), new TaskDetails("file:" + source, "", "", [], null)).OrThrow();
        var buffer = new byte[1 << 20];
        for (var number = 0; number < task.Generation.Layout.PieceCount; number++)
        {
            using var claim = task.TryClaim(new PieceNumber(number), PieceOrigin.BackToSource) ?? throw new InvalidOperationException("The folder is not empty.");
            while (claim.Written < claim.Range.Length)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, claim.Range.Length - claim.Written)), claim.Range.Start + claim.Written);
                if (claim.Append(buffer.AsSpan(0, read)) is { } failure)
                {
                    throw failure.ToException();
                }
            }

            claim.Commit(null, PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).OrThrow();
        }
    }
}
