// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>A remote method without its message types.</summary>
public interface IMethod
{
    /// <summary>Shape of the call.</summary>
    MethodType Type { get; }

    /// <summary>Full service name, for example <c>scheduler.v2.Scheduler</c>.</summary>
    string ServiceName { get; }

    /// <summary>Method name without the service.</summary>
    string Name { get; }

    /// <summary>Path of the request: <c>/service/method</c>.</summary>
    string FullName { get; }
}
