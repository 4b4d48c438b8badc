// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Flow;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Upload;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Testing.Sockets;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Pieces;

public sealed class PieceServerTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task Stock_child_gets_the_exact_frame_then_the_close()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        fixture.Parent.Fill(content);
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(1));
        var (header, value, rest) = PieceFixture.Split(await PieceFixture.ReadToEndAsync(socket));
        Assert.Equal(VortexTag.PieceContent, header.Tag);
        Assert.True(VortexContentHeader.TryRead(value, out var piece));
        Assert.Equal(1, piece.Number.Value);
        Assert.Equal(PieceLength, piece.Offset);
        Assert.Equal(PieceLength, piece.PieceLength);
        Assert.Equal(fixture.Parent.Store.Find(StoreFixture.IdOf(1))!.Find(new PieceNumber(1))!.Digest, piece.DigestText);
        Assert.Equal("parent-1", piece.ParentIdText);
        Assert.Equal(1, piece.TrafficType);
        Assert.Equal(content[PieceLength..], rest);
    }

    [Fact]
    public async Task Child_that_closes_its_side_before_the_content_still_gets_all_of_it()
    {
        // The original does so on every connection (PROTOCOL §11.3); larger than any socket buffer, so that the close is seen while sending.
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(32 << 20);
        var task = fixture.Parent.Store.Create(
            StoreFixture.IdOf(9), Dragonfly.Core.Tasks.TaskKind.Standard, Dragonfly.Core.Pieces.ContentGeneration.Of(new(content.Length, 32 << 20)), StoreFixture.Details).OrThrow();
        StoreFixture.Write(task, content, 0);
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(0, task: 9));
        var head = new byte[VortexFrame.HeaderLength];
        await socket.ReceiveAsync(head);
        socket.Shutdown(SocketShutdown.Send);
        var rest = await PieceFixture.ReadToEndAsync(socket);
        Assert.Equal(content, PieceFixture.Split([.. head, .. rest]).Content);
    }

    [Theory]
    [InlineData(VortexTag.DownloadPiece, 1, 9)]
    [InlineData(VortexTag.DownloadPiece, 5, 0)]
    [InlineData(VortexTag.DownloadPersistentPiece, 1, 0)]
    [InlineData(VortexTag.DownloadPersistentCachePiece, 1, 0)]
    [InlineData(VortexTag.DownloadCachePiece, 1, 0)]
    public async Task What_is_not_here_is_answered_not_found(VortexTag tag, int task, int piece)
    {
        await using var fixture = await PieceFixture.StartAsync();
        fixture.Parent.Fill(StoreFixture.Content(PieceLength));
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(piece, task, tag));
        var (header, value, _) = PieceFixture.Split(await PieceFixture.ReadToEndAsync(socket));
        Assert.Equal(VortexTag.Error, header.Tag);
        Assert.Equal((byte)VortexErrorCode.NotFound, value[0]);
    }

    [Fact]
    public async Task Invalid_task_id_is_an_invalid_argument()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var request = PieceFixture.Request(0);
        "../../etc/passwd"u8.CopyTo(request.AsSpan(VortexFrame.HeaderLength));
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(request);
        var (header, value, _) = PieceFixture.Split(await PieceFixture.ReadToEndAsync(socket));
        Assert.Equal(VortexTag.Error, header.Tag);
        Assert.Equal((byte)VortexErrorCode.InvalidArgument, value[0]);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("000100000044")]
    [InlineData("00ffffffffff")]
    [InlineData("0000ffffffff")]
    [InlineData("000000000000")]
    [InlineData("00c800000001aa")]
    [InlineData("004000000002aabb")]
    [InlineData("47455420")]
    [InlineData("16030100")]
    public async Task Frames_that_are_no_request_are_closed_without_an_answer(string hex)
    {
        await using var fixture = await PieceFixture.StartAsync();
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(Convert.FromHexString(hex));
        socket.Shutdown(SocketShutdown.Send);
        Assert.Empty(await PieceFixture.ReadToEndAsync(socket));
    }

    [Fact]
    public async Task Seeded_random_bytes_never_end_the_server()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength);
        fixture.Parent.Fill(content);
        var random = new Random(42);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            bytes[Math.Min(1, bytes.Length - 1)] = (byte)random.Next(0, 8);
            using var socket = await fixture.ConnectAsync();
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
        }

        var task = fixture.Child.Create(content.Length);
        Assert.True((await fixture.FetchAsync(task, 0)).IsSuccess);
    }

    [Fact]
    public async Task Child_that_said_hello_asks_again_on_the_same_connection()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        fixture.Parent.Fill(content);
        using var socket = await fixture.ConnectAsync();
        var hello = new byte[VortexFrame.HelloLength];
        VortexFrame.WriteHello(hello, 1);
        var close = new byte[VortexFrame.HeaderLength];
        VortexFrame.WriteClose(close, 1);
        await socket.SendAsync((byte[])[.. hello, .. PieceFixture.Request(0), .. PieceFixture.Request(5), .. PieceFixture.Request(1), .. close]);
        var all = await PieceFixture.ReadToEndAsync(socket);
        var (first, _, rest) = PieceFixture.Split(all);
        Assert.Equal(VortexTag.PieceContent, first.Tag);
        Assert.Equal(content[..PieceLength], rest[..PieceLength]);
        var (second, _, more) = PieceFixture.Split(rest[PieceLength..]);
        Assert.Equal(VortexTag.Error, second.Tag);
        Assert.Equal(content[PieceLength..], PieceFixture.Split(more).Content);
    }

    [Fact]
    public async Task Changed_piece_is_not_served()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        fixture.Parent.Fill(content);
        using (var file = File.OpenWrite(fixture.Parent.PathOf()))
        {
            file.Write("changed!"u8);
        }

        var task = fixture.Child.Create(content.Length);
        Assert.Equal(FailureKind.NotFound, (await fixture.FetchAsync(task, 0)).Failure!.Kind);
        Assert.True((await fixture.FetchAsync(task, 1)).IsSuccess);
    }

    [Fact]
    public async Task File_that_is_cut_while_it_is_sent_ends_the_connection_and_not_the_server()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(64 << 20);
        var task = fixture.Parent.Store.Create(
            StoreFixture.IdOf(9), Dragonfly.Core.Tasks.TaskKind.Standard, Dragonfly.Core.Pieces.ContentGeneration.Of(new(content.Length, 64 << 20)), StoreFixture.Details).OrThrow();
        StoreFixture.Write(task, content, 0);
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(0, task: 9));
        var head = new byte[VortexFrame.HeaderLength];
        await socket.ReceiveAsync(head);
        using (var file = File.Open(fixture.Parent.PathOf(9), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(32 << 20);
        }

        Assert.True((await PieceFixture.ReadToEndAsync(socket)).Length < content.Length);
    }

    [Fact]
    public async Task Slow_reader_is_dropped()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await PieceFixture.StartAsync(time: time);
        var content = StoreFixture.Content(64 << 20);
        var task = fixture.Parent.Store.Create(
            StoreFixture.IdOf(9), Dragonfly.Core.Tasks.TaskKind.Standard, Dragonfly.Core.Pieces.ContentGeneration.Of(new(content.Length, 64 << 20)), StoreFixture.Details).OrThrow();
        StoreFixture.Write(task, content, 0);
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(0, task: 9));
        var head = new byte[VortexFrame.HeaderLength];
        await socket.ReceiveAsync(head);

        // Reads nothing more: the send buffer fills up, and the clock runs on.
        time.Advance(TimeSpan.FromSeconds(40));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (fixture.Server.ConnectionCount > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(40));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Silent_connection_is_closed()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await PieceFixture.StartAsync(time: time);
        using var socket = await fixture.ConnectAsync();
        var end = PieceFixture.ReadToEndAsync(socket);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!end.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(11));
            await Task.Yield();
        }

        // Closed with a reset when the server had begun to read, else in order.
        Assert.True(await Record.ExceptionAsync(() => end) is null or SocketException);
        Assert.True(end.IsFaulted || (await end).Length == 0);
    }

    [Fact]
    public async Task Too_many_connections_are_closed_at_once()
    {
        await using var fixture = await PieceFixture.StartAsync(options => options with { MaxConnections = 1 });
        fixture.Parent.Fill(StoreFixture.Content(10));
        using var first = await fixture.ConnectAsync();
        using var second = await fixture.ConnectAsync();
        Assert.Empty(await PieceFixture.ReadToEndAsync(second));
        await first.SendAsync(PieceFixture.Request(0));
        Assert.NotEmpty(await PieceFixture.ReadToEndAsync(first));
    }

    [Fact]
    public async Task Upload_limit_holds_for_all_children_together()
    {
        await using var fixture = await PieceFixture.StartAsync(uploadLimit: 1 << 20);
        var content = StoreFixture.Content(PieceLength * 10);
        fixture.Parent.Fill(content);
        var task = fixture.Child.Create(content.Length);
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => fixture.FetchAsync(task, i)));
        Assert.True(task.IsComplete);

        // 640 KiB at 1 MiB/s with a burst of 0.2 s: 0.43 s at least.
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task A5_port_is_free_again_at_once_after_connections_that_the_server_closed()
    {
        // Nobody else may take the port meanwhile; connections in TIME-WAIT are in the way as before.
        using var port = new HeldPort();
        await using var fixture = await PieceFixture.StartAsync(options => options with { Listen = port.Endpoint });
        fixture.Parent.Fill(StoreFixture.Content(1));
        for (var i = 0; i < 8; i++)
        {
            using var socket = await fixture.ConnectAsync();
            await socket.SendAsync(PieceFixture.Request(0));
            Assert.NotEmpty(await PieceFixture.ReadToEndAsync(socket));
        }

        // The server closed first: its side is in TIME-WAIT now.
        await fixture.Server.DisposeAsync();
        using var limiter = new ByteRateLimiter(null, TimeProvider.System);
        await using var again = new PieceServer(
            new PieceServerOptions { Listen = fixture.Endpoint }, limiter, null, TimeProvider.System, NullLogger<PieceServer>.Instance);
        Assert.Equal(fixture.Endpoint, again.Bind());
    }

    [Fact]
    public async Task C12_port_in_use_names_address_and_holder()
    {
        await using var fixture = await PieceFixture.StartAsync();
        using var limiter = new ByteRateLimiter(null, TimeProvider.System);
        await using var second = new PieceServer(
            new PieceServerOptions { Listen = fixture.Endpoint }, limiter, null, TimeProvider.System, NullLogger<PieceServer>.Instance);
        var failure = Assert.Throws<DragonflyException>(() => second.Bind()).Failure;
        Assert.Contains(fixture.Endpoint.ToString(), failure.Detail, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_an_upload_that_waits_for_its_share_of_the_limit()
    {
        await using var fixture = await PieceFixture.StartAsync();
        fixture.Parent.Fill(StoreFixture.Content(PieceLength));
        using var limiter = new ByteRateLimiter(1, TimeProvider.System);
        var uploads = new FirstUpload();
        var options = new PieceServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), DrainTimeout = TimeSpan.FromMilliseconds(50) };
        var server = new PieceServer(options, limiter, uploads, TimeProvider.System, NullLogger<PieceServer>.Instance);
        using var child = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var endpoint = server.Bind();
        server.Start(fixture.Parent.Store);
        await child.ConnectAsync(endpoint, TestContext.Current.CancellationToken);
        await child.SendAsync(PieceFixture.Request(0));
        await uploads.Began.Task;
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stopping_lets_uploads_end()
    {
        await using var fixture = await PieceFixture.StartAsync(uploadLimit: 400 << 10);
        var content = StoreFixture.Content(PieceLength * 3);
        var task = fixture.Parent.Store.Create(
            StoreFixture.IdOf(9), Dragonfly.Core.Tasks.TaskKind.Standard, Dragonfly.Core.Pieces.ContentGeneration.Of(new(content.Length, content.Length)), StoreFixture.Details).OrThrow();
        StoreFixture.Write(task, content, 0);
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(0, task: 9));
        var head = new byte[VortexFrame.HeaderLength];
        await socket.ReceiveAsync(head);

        // It is being sent.
        var rest = PieceFixture.ReadToEndAsync(socket);
        await fixture.Server.DisposeAsync();
        Assert.Equal(content, PieceFixture.Split([.. head, .. await rest]).Content);
    }

    private sealed class FirstUpload : IUploadListener
    {
        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void UploadStarted() => Began.TrySetResult();

        public void UploadEnded(long bytes, bool isSuccess)
        {
        }
    }
}
