// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Testing.Captures;

/// <summary>A scheduler that offers no feature of ours and answers as a test says: what the original said in a recording. Thread safe.</summary>
public sealed class StockScheduler : Protocol.Scheduler.V2.Scheduler.SchedulerBase, IAsyncDisposable
{
    private readonly ConcurrentQueue<AnnouncePeerRequest> _heard = new();
    private readonly TaskCompletionSource<AnnounceHostRequest> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _headers = new();
    private RoleHost? _host;
    private int _announcements;
    private int _left;

    /// <summary>The first announcement of a host.</summary>
    public Task<AnnounceHostRequest> Announced => _announced.Task;

    /// <summary>Number of announcements of hosts.</summary>
    public int AnnouncementCount => Volatile.Read(ref _announcements);

    /// <summary>Ends with the first conversation that its peer ended, or that was refused.</summary>
    public Task ConversationEnded => _ended.Task;

    /// <summary>Number of hosts that said good-bye.</summary>
    public int LeftCount => Volatile.Read(ref _left);

    /// <summary>Everything that peers said, in order.</summary>
    public IReadOnlyList<AnnouncePeerRequest> Heard => [.. _heard];

    /// <summary>What it answers to each message; null for nothing. May throw an <see cref="RpcException"/>.</summary>
    public Func<AnnouncePeerRequest, AnnouncePeerResponse?> Answer { get; set; } = _ => null;

    /// <summary>Runs between the last report of a conversation and its end; told what may still come.</summary>
    public Func<IAsyncStreamReader<AnnouncePeerRequest>, Task> BeforeEnding { get; set; } = _ => Task.CompletedTask;

    /// <summary>The request headers of the last call of a method, as they were on the wire; the authority left out.</summary>
    /// <param name="method">The method's name.</param>
    /// <returns>Values by names.</returns>
    public IReadOnlyDictionary<string, string> HeadersOf(string method) => _headers[method];

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _host!.Addresses.Get("grpc");

    /// <summary>Starts one.</summary>
    /// <returns>The scheduler.</returns>
    public static async Task<StockScheduler> StartAsync()
    {
        var scheduler = new StockScheduler();
        var role = new RoleHostBuilder("scheduler", new ProgramContext());
        role.Services.AddSingleton(scheduler);
        role.Listen(RoleListener.Tcp("grpc", IPAddress.Loopback, 0), endpoints =>
        {
            endpoints.MapGrpcService<StockScheduler>();
            endpoints.MapGrpcHealth();
        });
        scheduler._host = await role.StartAsync(default);
        return scheduler;
    }

    /// <inheritdoc/>
    public override Task<Empty> AnnounceHost(AnnounceHostRequest request, ServerCallContext context)
    {
        Note(context);
        Interlocked.Increment(ref _announcements);
        _announced.TrySetResult(request);
        return Task.FromResult(new Empty());
    }

    /// <inheritdoc/>
    public override Task<Empty> DeleteHost(DeleteHostRequest request, ServerCallContext context)
    {
        Note(context);
        Interlocked.Increment(ref _left);
        return Task.FromResult(new Empty());
    }

    /// <inheritdoc/>
    public override Task<Empty> DeleteTask(DeleteTaskRequest request, ServerCallContext context) => Task.FromResult(new Empty());

    /// <inheritdoc/>
    public override Task<Wire.Task> StatTask(StatTaskRequest request, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.NotFound, $"task {request.TaskId} not found"));

    /// <inheritdoc/>
    public override async Task AnnouncePeer(
        IAsyncStreamReader<AnnouncePeerRequest> requestStream, IServerStreamWriter<AnnouncePeerResponse> responseStream, ServerCallContext context)
    {
        Note(context);
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var said = requestStream.Current;
                _heard.Enqueue(said);
                if (Answer(said) is { } answer)
                {
                    await responseStream.WriteAsync(answer);
                }

                if (IsLast(said))
                {
                    // The original ends the stream then, and its daemon does not end its side before.
                    await BeforeEnding(requestStream);
                    return;
                }
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private void Note(ServerCallContext context) => _headers[context.Method.Split('/')[^1]] = StockParent.HeadersOf(context);

    private static bool IsLast(AnnouncePeerRequest said) => said.RequestCase is AnnouncePeerRequest.RequestOneofCase.DownloadPeerFinishedRequest
        or AnnouncePeerRequest.RequestOneofCase.DownloadPeerFailedRequest
        or AnnouncePeerRequest.RequestOneofCase.DownloadPeerBackToSourceFinishedRequest
        or AnnouncePeerRequest.RequestOneofCase.DownloadPeerBackToSourceFailedRequest;
}
