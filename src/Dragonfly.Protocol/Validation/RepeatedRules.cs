// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Dragonfly.Protocol.Validation;

/// <summary>Rules of repeated fields: how many, and the rules of each message.</summary>
internal static class RepeatedRules
{
    public static Func<T, string?>? For<T, TItem>(FieldDescriptor field, FieldRules rules)
    {
        var least = rules.Number<int>("repeated.min_items") ?? 0;
        if (rules.Has("repeated.ignore_empty") && least <= 1)
        {
            least = 0;
        }

        var each = field.FieldType == FieldType.Message ? NestedRules.Inside<TItem>(field, FieldRules.None) : null;
        if (least == 0 && each is null)
        {
            return null;
        }

        var get = RuleCompiler.Getter<T, RepeatedField<TItem>>(field);
        var few = $"{field.Name}: must have at least {least} item(s)";
        return message =>
        {
            var items = get(message);
            if (items.Count < least)
            {
                return few;
            }

            for (var i = 0; each is not null && i < items.Count; i++)
            {
                if (each(items[i]) is { } violation)
                {
                    return violation;
                }
            }

            return null;
        };
    }
}
