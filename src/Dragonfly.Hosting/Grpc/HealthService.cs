// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Protocol.Extensions;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Dragonfly.Hosting.Grpc;

/// <summary>The standard health service. A manager or scheduler without it is unusable to the original's clients
/// (PROTOCOL §3.6). Its response headers offer the server's extensions.</summary>
internal sealed class HealthService(GrpcHealth health, GrpcRuntime runtime) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var serving = health.Get(request.Service)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"The service '{request.Service}' is not known."));
        if (runtime.Options.Features.Count > 0)
        {
            context.GetHttpContext().Response.Headers[Features.Header] = string.Join(',', runtime.Options.Features);
        }

        return Task.FromResult(new HealthCheckResponse { Status = Map(serving) });
    }

    public override async Task Watch(
        HealthCheckRequest request,
        IServerStreamWriter<HealthCheckResponse> responseStream,
        ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(OfferedFeatures());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, runtime.Stopping);
        ServingStatus? told = null;
        while (true)
        {
            var state = health.Snapshot();
            var status = Map(state.Services.TryGetValue(request.Service, out var serving) ? serving : null);
            if (status != told)
            {
                told = status;
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
            }

            await state.Changed.Task.WaitAsync(ended.Token);
        }
    }

    private static ServingStatus Map(bool? serving) => serving switch
    {
        true => ServingStatus.Serving,
        false => ServingStatus.NotServing,
        null => ServingStatus.ServiceUnknown,
    };

    private Metadata OfferedFeatures()
    {
        var headers = new Metadata();
        if (runtime.Options.Features.Count > 0)
        {
            headers.Add(Features.Header, string.Join(',', runtime.Options.Features));
        }

        return headers;
    }
}
