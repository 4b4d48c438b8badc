// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Manager.V2;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc.Frames;

/// <summary>Services that answer each call with what the original answered it with, so that a test sees only what our HTTP/2 and gRPC layers make of it.</summary>
/// <param name="answers">The recorded messages of a path, one list for each call of it.</param>
internal sealed class RecordedAnswers(Func<string, (IReadOnlyList<byte[]> Messages, Status Status)> answers)
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A call that lasts was cancelled by its client.</summary>
    public Task Cancelled => _cancelled.Task;

    private T Unary<T>(ServerCallContext context, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var (messages, status) = answers(context.Method);
        return status.StatusCode == StatusCode.OK ? parser.ParseFrom(messages[0]) : throw new RpcException(status);
    }

    private async Task StreamAsync<T>(ServerCallContext context, MessageParser<T> parser, IServerStreamWriter<T> responses)
        where T : IMessage<T>
    {
        foreach (var message in answers(context.Method).Messages)
        {
            await responses.WriteAsync(parser.ParseFrom(message));
        }
    }

    private async Task LastAsync(ServerCallContext context)
    {
        await using var _ = context.CancellationToken.Register(() => _cancelled.TrySetResult());
        await _cancelled.Task;
    }

    internal sealed class ForManager(RecordedAnswers answers) : Dragonfly.Protocol.Manager.V2.Manager.ManagerBase
    {
        public override Task<Dragonfly.Protocol.Manager.V2.Scheduler> UpdateScheduler(UpdateSchedulerRequest request, ServerCallContext context) =>
            Task.FromResult(answers.Unary(context, Dragonfly.Protocol.Manager.V2.Scheduler.Parser));

        public override Task<Dragonfly.Protocol.Manager.V2.Scheduler> GetScheduler(GetSchedulerRequest request, ServerCallContext context) =>
            Task.FromResult(answers.Unary(context, Dragonfly.Protocol.Manager.V2.Scheduler.Parser));

        public override Task<ListSchedulersResponse> ListSchedulers(ListSchedulersRequest request, ServerCallContext context) =>
            Task.FromResult(answers.Unary(context, ListSchedulersResponse.Parser));

        public override Task<ListApplicationsResponse> ListApplications(ListApplicationsRequest request, ServerCallContext context) =>
            Task.FromResult(answers.Unary(context, ListApplicationsResponse.Parser));

        public override async Task<Empty> KeepAlive(IAsyncStreamReader<KeepAliveRequest> requestStream, ServerCallContext context)
        {
            await answers.LastAsync(context);
            return new Empty();
        }
    }

    internal sealed class ForUpload(RecordedAnswers answers) : DfdaemonUpload.DfdaemonUploadBase
    {
        public override Task DownloadTask(DownloadTaskRequest request, IServerStreamWriter<DownloadTaskResponse> responseStream, ServerCallContext context) =>
            answers.StreamAsync(context, DownloadTaskResponse.Parser, responseStream);

        public override Task SyncPieces(SyncPiecesRequest request, IServerStreamWriter<SyncPiecesResponse> responseStream, ServerCallContext context) =>
            answers.StreamAsync(context, SyncPiecesResponse.Parser, responseStream);

        public override async Task SyncHost(SyncHostRequest request, IServerStreamWriter<Wire.Host> responseStream, ServerCallContext context)
        {
            await context.WriteResponseHeadersAsync([]);
            await answers.LastAsync(context);
        }
    }

    internal sealed class ForDownload(RecordedAnswers answers) : DfdaemonDownload.DfdaemonDownloadBase
    {
        public override Task DownloadTask(DownloadTaskRequest request, IServerStreamWriter<DownloadTaskResponse> responseStream, ServerCallContext context) =>
            answers.StreamAsync(context, DownloadTaskResponse.Parser, responseStream);
    }
}
