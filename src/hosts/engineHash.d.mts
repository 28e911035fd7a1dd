export declare function engineHash(): string;
