import { z } from 'zod';

export const OrderRequest = z.object({
  customer: z.string().min(1),
  lines: z
    .array(z.object({ sku: z.string().regex(/^[A-Z]{2}-\d{3}$/), quantity: z.number().int().positive() }))
    .nonempty(),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

export type State = 'open' | 'paid' | 'shipped' | 'cancelled';

export interface Order extends OrderRequest {
  id: number;
  state: State;
}

const next: Record<State, readonly State[]> = {
  open: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
};

export class OrderError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Orders in memory and the states that they may go through. */
export class OrderBook {
  #orders = new Map<number, Order>();

  get all(): Order[] {
    return [...this.#orders.values()];
  }

  get(id: number): Order {
    const order = this.#orders.get(id);
    if (!order) throw new OrderError(404, `no order ${id}`);
    return order;
  }

  place(request: OrderRequest): Order {
    const order: Order = { ...request, id: this.#orders.size + 1, state: 'open' };
    this.#orders.set(order.id, order);
    return order;
  }

  move(id: number, to: State): Order {
    const order = this.get(id);
    if (!next[order.state].includes(to)) {
      throw new OrderError(409, `an order that is ${order.state} cannot become ${to}`);
    }
    order.state = to;
    return order;
  }
}
