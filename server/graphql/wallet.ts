import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type * as domain from "../domain/grant.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { WalletSnapshot } from "../domain/snapshot.js";
import { available } from "../domain/wallet.js";
import type { RequestContext } from "./context.js";
import { GrantSource } from "./enums.js";
import { key, optionalKey, pageSize } from "./input.js";
import { DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";

@ObjectType()
export class Supply {
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) used!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => DateTimeScalar, { nullable: true }) renewsAt!: Instant | null;
}

@ObjectType()
export class CreditReturn {
  @Field(() => DateTimeScalar) at!: Instant;
  @Field(() => DecimalScalar) amount!: Micros;
}

@ObjectType()
export class CreditGrant {
  @Field(() => ID) id!: string;
  @Field(() => GrantSource) source!: domain.GrantSource;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => DecimalScalar) held!: Micros;
  @Field(() => Int) priority!: number;
  @Field(() => DateTimeScalar) effectiveAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt!: Instant | null;
  @Field(() => [String], { nullable: true }) operations!: readonly string[] | null;
  @Field(() => String, { nullable: true }) reason!: string | null;
  state!: domain.GrantState;
}

@ObjectType()
export class Wallet {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) posted!: Micros;
  @Field(() => DecimalScalar) held!: Micros;
  @Field(() => DecimalScalar) available!: Micros;
  @Field(() => DecimalScalar) frozen!: Micros;
  @Field(() => DecimalScalar) postpaid!: Micros;
  @Field(() => Supply, { nullable: true }) supply!: Supply | null;

  /** What the fields with arguments are answered from. */
  snapshot!: WalletSnapshot;
}

@ObjectType()
class Drift {
  @Field(() => String) law!: string;
  @Field(() => JsonObjectScalar) row!: Readonly<Record<string, unknown>>;
}

@ObjectType()
class WalletVerification {
  @Field(() => ID) walletId!: string;
  @Field(() => Int) entries!: number;
  @Field(() => String, { nullable: true }) hash!: string | null;
  @Field(() => [Drift]) drifts!: readonly Drift[];
}

export function toWallet(snapshot: WalletSnapshot): Wallet {
  const { wallet, supply, frozen } = snapshot;
  const { customerId, unit, posted, held, postpaid } = wallet;
  const id = walletId(customerId, unit);
  return {
    id,
    customerId,
    unit,
    posted,
    held,
    available: available(wallet),
    frozen,
    postpaid,
    supply,
    snapshot,
  };
}

@Resolver(() => CreditGrant)
export class GrantResolver {
  @FieldResolver(() => Boolean)
  frozen(@Root() { state }: CreditGrant): boolean {
    return state === "FROZEN";
  }
}

@Resolver(() => Wallet)
export class WalletResolver {
  @Query(() => Wallet, { nullable: true })
  async wallet(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("unit", () => String, { nullable: true }) unit: string | null,
    @Arg("asOf", () => DateTimeScalar, { nullable: true }) asOf: Instant | null,
    @Ctx() { services }: RequestContext,
  ): Promise<Wallet | null> {
    const whose = { customerId: key("customerId", customerId), unit: optionalKey("unit", unit) };
    const wallet =
      asOf === null || asOf === undefined
        ? await services.wallet(whose.customerId, whose.unit)
        : await services.walletAsOf({ ...whose, asOf });
    return wallet === null ? null : toWallet(wallet);
  }

  @Query(() => WalletVerification, { nullable: true })
  async verifyWallet(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("unit", () => String, { nullable: true }) unit: string | null,
    @Ctx() context: RequestContext,
  ): Promise<WalletVerification | null> {
    const { services } = context;
    const wallet = await services.wallet(key("customerId", customerId), optionalKey("unit", unit));
    return wallet === null ? null : services.verifyWallet(customerId, wallet.wallet.unit);
  }

  @FieldResolver(() => [CreditGrant])
  async grants(
    @Root() { snapshot }: Wallet,
    @Arg("activeOnly", () => Boolean, { nullable: true, defaultValue: true }) activeOnly: boolean | null,
    @Ctx() { services }: RequestContext,
  ): Promise<readonly CreditGrant[]> {
    const { customerId, unit } = snapshot.wallet;
    if (activeOnly === false && snapshot.past !== null) return snapshot.past;
    return activeOnly === false ? services.allGrants(customerId, unit) : snapshot.grants;
  }

  @FieldResolver(() => [CreditReturn])
  async returns(
    @Root() { snapshot }: Wallet,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Ctx() { services }: RequestContext,
  ): Promise<CreditReturn[]> {
    return services.returns(snapshot, pageSize(first));
  }
}
