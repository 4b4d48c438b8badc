// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>A way to one server.</summary>
public abstract class ChannelBase
{
    /// <summary>Remembers the target.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>What the channel was made for, for example <c>127.0.0.1:8002</c>.</summary>
    public string Target { get; }

    /// <summary>Makes an invoker for this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends the channel; calls in flight are cancelled.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Ends the channel.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
