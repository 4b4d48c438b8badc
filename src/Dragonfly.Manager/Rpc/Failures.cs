// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Core.Failures;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Rpc;

/// <summary>Failures as gRPC statuses. What a database says in its own words stays in the log.</summary>
internal static class Failures
{
    internal static RpcException NotFound(string what) => new(new Status(StatusCode.NotFound, what));

    internal static async Task<T> MapAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (DragonflyException e)
        {
            throw new RpcException(new Status(
                e.Failure.Kind == FailureKind.Unavailable ? StatusCode.Unavailable : StatusCode.Internal, e.Failure.Detail));
        }
        catch (Exception e) when (e is DbException or DbUpdateException or InvalidOperationException { InnerException: DbException })
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the manager's database does not answer", e));
        }
    }
}
