/** How many streams may be open: for one address, and in this process. A slot is given back on every ending. */

export interface StreamSlots {
  /** Gives the slot back, once; null when there is none left. */
  take(address: string): (() => void) | null;
  readonly taken: number;
}

export interface SlotLimits {
  perAddress: number;
  perProcess: number;
}

export function createStreamSlots({ perAddress, perProcess }: SlotLimits): StreamSlots {
  const byAddress = new Map<string, number>();
  let taken = 0;
  return {
    take: (address) => {
      const own = byAddress.get(address) ?? 0;
      if (own >= perAddress || taken >= perProcess) return null;
      byAddress.set(address, own + 1);
      taken += 1;
      let given = false;
      return () => {
        if (given) return;
        given = true;
        taken -= 1;
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left === 0) byAddress.delete(address);
        else byAddress.set(address, left);
      };
    },
    get taken() {
      return taken;
    },
  };
}
