// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Manager.V2;
using Grpc.Core;
using WireManager = Dragonfly.Protocol.Manager.V2.Manager;

namespace Dragonfly.UnitTests.Dynamic;

/// <summary>A manager that answers unary calls from memory; null for an answer means that it is down.</summary>
internal sealed class FakeManager : CallInvoker
{
    private int _calls;

    public ListSchedulersResponse? Schedulers { get; set; }

    public Dragonfly.Protocol.Manager.V2.Scheduler? Scheduler { get; set; }

    public ListApplicationsResponse? Applications { get; set; }

    public ListSchedulersRequest? Asked { get; private set; }

    public int Calls => Volatile.Read(ref _calls);

    public WireManager.ManagerClient Client => new(this);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request)
    {
        Interlocked.Increment(ref _calls);
        Asked = request as ListSchedulersRequest ?? Asked;
        object? answer = request switch
        {
            ListSchedulersRequest => Schedulers,
            GetSchedulerRequest => Scheduler,
            ListApplicationsRequest => Applications,
            _ => null,
        };
        var response = answer is not null
            ? Task.FromResult((TResponse)answer)
            : Task.FromException<TResponse>(new RpcException(
                request is ListApplicationsRequest && Scheduler is not null
                    ? new Status(StatusCode.NotFound, "application not found")
                    : new Status(StatusCode.Unavailable, "connection refused")));
        return new AsyncUnaryCall<TResponse>(
            response, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
}
