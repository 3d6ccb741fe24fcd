;; RFC 6455 §5.3: masking, in place. `node wasm/build.mjs` makes src/mask-module.ts of it.
(module
  ;; 16 slabs of 64 KiB and room for what a frame's head and one loop too far need.
  (memory (export "memory") 17 17)

  ;; Masks `length` bytes from `at` on with the key, whose first byte is the lowest: little-endian, as memory is.
  (func (export "mask") (param $at i32) (param $length i32) (param $key i32)
    (local $end i32)
    (local $wide v128)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (local.set $wide (i32x4.splat (local.get $key)))

    ;; 32 bytes at once.
    (block $short
      (loop $more
        (br_if $short (i32.gt_u (i32.add (local.get $at) (i32.const 32)) (local.get $end)))
        (v128.store (local.get $at) (v128.xor (v128.load (local.get $at)) (local.get $wide)))
        (v128.store offset=16 (local.get $at)
          (v128.xor (v128.load offset=16 (local.get $at)) (local.get $wide)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $more)))

    ;; Four at once.
    (block $shorter
      (loop $four
        (br_if $shorter (i32.gt_u (i32.add (local.get $at) (i32.const 4)) (local.get $end)))
        (i32.store (local.get $at) (i32.xor (i32.load (local.get $at)) (local.get $key)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $four)))

    ;; The last three at most.
    (block $done
      (loop $one
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store8 (local.get $at) (i32.xor (i32.load8_u (local.get $at)) (local.get $key)))
        (local.set $key (i32.shr_u (local.get $key) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $one)))))
